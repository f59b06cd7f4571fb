// The grid as this node sees it, for clients (`get_grid`, `subscribe_grid`, /api/v1/grid): who is alive, the links,
// what is owed between which nodes, and what this node has done in the last second.
//
// Each link is told once: by this node if it is an end of it, otherwise as its ends say in their heartbeats, so it may
// be a tenth of a second old. It is up when no end that says anything says otherwise; one between two nodes that are
// both gone from here is not told. However many ask, there is one look a second; a look takes until every live node has
// said what it owes, 2 s at most.
//
// Belongs to the thread of the core.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/gateway/core_counts.h"
#include "node/gateway/grid_source.h"
#include "node/grid/router.h"
#include "proto/v1/parts.h"

namespace buzzer::gateway {

struct GridViewOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  std::map<base::NodeId, std::string> urls;       // where clients reach the nodes, as far as that is known
  base::Duration kept = std::chrono::seconds(1);  // so long a look is good
};

// From what was found out. Pure.
[[nodiscard]] proto::v1::Grid make_grid(const GridViewOptions& options, const NodeFacts& facts,
                                        const proto::Answer& owed);

// What of it anybody may know: who is alive, where, and which links are up. Of what is owed nothing is told, as
// `partial` says.
[[nodiscard]] proto::v1::Grid public_part(const proto::v1::Grid& grid);

// Whether one who was told `before` is to be told `now`. That a round trip took a little longer this time is no news.
[[nodiscard]] bool is_news(const proto::v1::Grid& before, const proto::v1::Grid& now);

class GridView {
 public:
  // Without `home`, which is the asker's matter. Never null.
  using Callback = std::function<void(const std::shared_ptr<const proto::v1::Grid>&)>;

  // All must outlive it.
  GridView(GridViewOptions options, base::EventLoop& loop, grid::Router& router, GridSource& source,
           const CoreCounts& counts);

  // Calls back once, from within the call when the last look is still good.
  void get(Callback callback);

 private:
  struct Look {
    std::optional<NodeFacts> facts;
    std::optional<proto::Answer> owed;
  };

  void look();
  void looked(const Look& look);
  [[nodiscard]] std::optional<proto::v1::GridRates> rates();

  const GridViewOptions options_;
  base::EventLoop& loop_;
  grid::Router& router_;
  GridSource& source_;
  const CoreCounts& counts_;
  std::shared_ptr<const proto::v1::Grid> grid_;
  base::MonotonicTime looked_at_;
  std::vector<Callback> waiting_;  // for the look that is under way
  // What had been done at the last look.
  std::optional<CoreCounts> counted_;
  base::MonotonicTime counted_at_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
