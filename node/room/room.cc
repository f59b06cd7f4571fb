#include "node/room/room.h"

#include <algorithm>
#include <utility>

namespace buzzer::room {

Room::Room(const RoomOptions& options, base::EventLoop& loop, RoomMesh& mesh)
    : options_(options), loop_(loop), mesh_(mesh), log_(options.log), alive_{options.self} {}

void Room::broadcast(std::string_view line) {
  if (clients_ != nullptr) clients_->show(line);
  spread(line);
}

void Room::spread(std::string_view line) {
  keep(line);
  if (alive_.size() == 1) return;  // nobody to wake the mesh thread for
  proto::LinkFrame frame;
  frame.mutable_room_line()->set_text(line.data(), line.size());
  if (!mesh_.send_to_all(proto::encode_frame(frame))) ++dropped_lines_;
}

void Room::mark(MarkCallback callback) {
  const std::uint64_t number = ++last_mark_;
  PendingMark& mark = marks_[number];
  mark.callback = std::move(callback);
  proto::LinkFrame frame;
  frame.mutable_room_mark()->set_number(number);
  const proto::EncodedFrame encoded = proto::encode_frame(frame);
  for (const base::NodeId peer : alive_) {
    if (peer == options_.self) continue;
    mark.awaited.insert(peer);
    // A mark that found no room does not come back: the timeout will say so.
    static_cast<void>(mesh_.send_to(peer, encoded));
  }
  mark.timer = loop_.call_after(options_.mark_timeout, [this, number] { finish(number); });
  finish_soon_if_complete(number);
}

void Room::frame_arrived(base::NodeId from, proto::LinkFrame&& frame) {
  switch (frame.body_case()) {
    case proto::LinkFrame::kRoomLine:
      return take_line(frame.room_line().text());
    case proto::LinkFrame::kRoomMark:
      return echo_mark(from, frame.room_mark().number());
    case proto::LinkFrame::kRoomMarkEcho: {
      const std::uint64_t number = frame.room_mark_echo().number();
      const auto found = marks_.find(number);
      if (found == marks_.end() || found->second.awaited.erase(from) == 0) return;
      found->second.returned.push_back(from);
      return finish_soon_if_complete(number);
    }
    default:
      return;
  }
}

void Room::take_line(std::string_view line) {
  // No node of ours sends such: it would not be one line in anybody's log.
  if (line.size() > kMostLineBytes || line.find('\n') != std::string_view::npos) {
    ++dropped_lines_;
    return;
  }
  if (clients_ != nullptr) clients_->show(line);
  keep(line);
}

void Room::keep(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  log_.append(std::string(line));
}

void Room::alive_changed(std::vector<base::NodeId> alive) {
  alive_ = std::move(alive);
  for (auto& [number, mark] : marks_) {
    std::erase_if(mark.awaited,
                  [&](base::NodeId peer) { return std::find(alive_.begin(), alive_.end(), peer) == alive_.end(); });
    finish_soon_if_complete(number);
  }
}

void Room::echo_mark(base::NodeId to, std::uint64_t number) {
  proto::LinkFrame frame;
  frame.mutable_room_mark_echo()->set_number(number);
  static_cast<void>(mesh_.send_to(to, proto::encode_frame(frame)));
}

void Room::finish_soon_if_complete(std::uint64_t number) {
  PendingMark& mark = marks_.at(number);
  if (!mark.awaited.empty()) return;
  mark.timer = loop_.call_after(base::Duration::zero(), [this, number] { finish(number); });
}

void Room::finish(std::uint64_t number) {
  auto entry = marks_.extract(number);
  PendingMark& mark = entry.mapped();
  if (mark.awaited.empty()) {
    std::sort(mark.returned.begin(), mark.returned.end());
    return mark.callback(std::move(mark.returned));
  }
  std::string missing;
  for (const base::NodeId peer : mark.awaited) missing += (missing.empty() ? "" : ",") + std::to_string(peer.value());
  mark.callback(base::fail("no answer from " + missing));
}

}  // namespace buzzer::room
