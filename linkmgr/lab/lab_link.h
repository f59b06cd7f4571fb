// One connection that speaks the lab's lines (lab_line.h): cuts what comes into lines, sends pings and messages, and
// ends when nothing was heard for too long. What the lines mean is for its owner.
//
// Mesh thread only. A link never destroys itself: it tells its owner that it has ended, and the owner destroys it a
// turn later (LabBurials).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_buffer.h"
#include "base/transport.h"
#include "linkmgr/lab/lab_line.h"
#include "linkmgr/lab/lab_queue.h"
#include "linkmgr/mesh.h"
#include "linkmgr/mesh_services.h"

namespace buzzer::linkmgr::lab {

// The lab's own figures: other makers' nodes rest on them.
inline constexpr base::Duration kPingEvery = std::chrono::milliseconds(500);
inline constexpr base::Duration kMostSilence = std::chrono::seconds(1);

class LabLink;

// Who holds a link. The owner must not destroy it from within these calls, but may close() it and destroy it later.
class LabLinkOwner {
 public:
  LabLinkOwner() = default;
  LabLinkOwner(const LabLinkOwner&) = delete;
  LabLinkOwner& operator=(const LabLinkOwner&) = delete;
  virtual ~LabLinkOwner() = default;

  virtual void on_line(LabLink& link, const LabLine& line) = 0;
  // A line that is none of the lab's, and why. It is lost, the link goes on.
  virtual void on_strange_line(LabLink& link, std::string_view why) = 0;
  // It closed, broke, was silent for too long, or spoke something else than lines. Nothing more comes from it.
  virtual void on_ended(LabLink& link, const std::string& reason) = 0;
};

struct LabLinkOptions {
  base::NodeId self;
  std::size_t most_queued_bytes = 8UL << 20;
};

class LabLink final : public base::ConnectionHandler {
 public:
  LabLink(const LabLinkOptions& options, const MeshServices& services, LabLinkOwner& owner);
  ~LabLink() override;

  void dial(const base::Endpoint& endpoint);
  // Pings at once, or (`mute`) not before speak().
  void accept(std::unique_ptr<base::Connection> connection, bool mute);
  void speak();

  void set_owner(LabLinkOwner& owner) { owner_ = &owner; }

  // The peer has said something that counts.
  void heard() { last_heard_ = services_.loop.now(); }

  // kFull when the queue is full. Lines leave in order, gathered once per turn.
  [[nodiscard]] SendResult send(SharedLine line);
  // Pings when it is time.
  void ping_if_due();
  // Ends the link when it was silent for too long: since it began to be made, or since heard().
  void judge();

  // Cuts the link at this end as a partition does: nothing is read (`in`), nothing is sent (`out`).
  void set_cut(bool in, bool out);
  // As LabQueue::count_into, until it is closed or parked.
  void count_into(std::atomic<std::size_t>& backlog) { queue_.count_into(backlog); }
  // Keeps the connection open but does nothing with it any more.
  void park();
  // Ends silently, without telling the owner. What waits is sent as far as there is room.
  void close();
  // Ends, and tells the owner.
  void end(const std::string& reason);

  [[nodiscard]] bool connected() const { return connected_; }
  // Whether anything at all has come from the peer.
  [[nodiscard]] bool peer_has_spoken() const { return !first_bytes_; }
  [[nodiscard]] base::Duration silence() const { return services_.loop.now() - last_heard_; }
  [[nodiscard]] std::size_t waiting_bytes() const { return queue_.waiting_bytes(); }
  // The peer's address without its port, for logs.
  [[nodiscard]] std::string peer_host() const;

  void on_connected() override;
  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override { flush(); }
  void on_end(std::string_view reason) override { end(std::string(reason)); }

 private:
  void begin();
  void take(const base::Line& line);
  void ping();
  void flush_soon();
  void flush();

  const LabLinkOptions options_;
  const MeshServices& services_;
  LabLinkOwner* owner_;
  std::unique_ptr<base::Connection> connection_;
  std::unique_ptr<base::Timer> flush_timer_;
  base::LineBuffer lines_{kMostLine, base::LineEnding::kNewlineAlone};
  LabQueue queue_;
  base::MonotonicTime last_heard_;
  base::MonotonicTime next_ping_;
  bool connected_ = false;
  bool closed_ = false;
  bool mute_ = false;
  bool first_bytes_ = true;
  bool first_line_ = true;
  bool cut_out_ = false;
};

// Destroys closed links once nothing of them is on the stack any more.
class LabBurials {
 public:
  explicit LabBurials(base::EventLoop& loop) : loop_(loop) {}
  void bury(std::unique_ptr<LabLink> link);

 private:
  base::EventLoop& loop_;
  std::vector<std::unique_ptr<LabLink>> buried_;
  std::unique_ptr<base::Timer> burial_;
};

}  // namespace buzzer::linkmgr::lab
