#include "node/grid/gossip_frames.h"

#include <memory>
#include <utility>

#include "linkmgr/frame_codec.h"
#include "proto/encoded_frame.h"

namespace buzzer::grid {

static_assert(2 * kMostGossipFrameBytes <= linkmgr::kMostPayload);

GossipFrames::GossipFrames(base::NodeId self, base::EventLoop& loop, MeshSender& mesh, HereCallback here,
                           LostCallback lost)
    : self_(self), loop_(loop), mesh_(mesh), take_here_(std::move(here)), lost_(std::move(lost)) {}

void GossipFrames::add(base::NodeId to, proto::ShardServes&& serves) {
  *frame_for(to, serves.ByteSizeLong()).add_serves() = std::move(serves);
}

void GossipFrames::add(base::NodeId to, proto::StreamQuestion&& question) {
  *frame_for(to, question.ByteSizeLong()).add_questions() = std::move(question);
}

void GossipFrames::add(base::NodeId to, proto::StreamState&& state) {
  *frame_for(to, state.ByteSizeLong()).add_states() = std::move(state);
}

void GossipFrames::add(base::NodeId to, proto::StreamRows&& rows) {
  *frame_for(to, rows.ByteSizeLong()).add_rows() = std::move(rows);
}

proto::Gossip& GossipFrames::frame_for(base::NodeId to, std::size_t bytes) {
  if (waiting_.empty()) loop_.post(here_.while_here([this] { flush(); }));
  std::vector<Frame>& frames = waiting_[to];
  if (frames.empty() || frames.back().bytes + bytes > kMostGossipFrameBytes) frames.emplace_back();
  frames.back().bytes += bytes;
  return frames.back().gossip;
}

void GossipFrames::flush() {
  for (auto& [to, frames] : std::exchange(waiting_, {})) {
    bool announced = true;
    for (Frame& frame : frames) {
      if (to == self_) {
        const auto gossip = std::make_shared<const proto::Gossip>(std::move(frame.gossip));
        loop_.post(here_.while_here([this, gossip] { take_here_(*gossip); }));
        continue;
      }
      const bool announces = frame.gossip.serves_size() > 0;
      proto::LinkFrame link_frame;
      *link_frame.mutable_gossip() = std::move(frame.gossip);
      if (!mesh_.send_to(to, proto::encode_frame(link_frame)) && announces) announced = false;
    }
    if (!announced) lost_(to);
  }
}

}  // namespace buzzer::grid
