#include "node/gateway/grid_view.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "node/grid/placement.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;

// Rates over a longer time than this say nothing of the last second.
constexpr base::Duration kMostBetween = std::chrono::seconds(5);

// A heartbeat's round trip is news when it is this much longer or shorter, and beyond what a busy machine does to it.
constexpr double kNewsFactor = 2;
constexpr double kNewsMs = 1;

std::vector<v1::GridOwed> owed_between(const proto::Answer& owed, std::uint32_t nodes) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> rows;
  for (const proto::Owed& stream : owed.owed()) {
    if (stream.rows() == 0) continue;
    const auto node = [&](std::uint32_t shard) {
      return grid::node_of_shard(base::ShardId(static_cast<std::uint8_t>(shard)), nodes).value();
    };
    rows[{node(stream.from()), node(stream.to())}] += stream.rows();
  }
  std::vector<v1::GridOwed> pairs;
  pairs.reserve(rows.size());
  for (const auto& [pair, count] : rows) pairs.push_back({pair.first, pair.second, count});
  return pairs;
}

v1::GridLink told(base::NodeId from, base::NodeId to, bool up, std::optional<base::Duration> round_trip) {
  v1::GridLink link{from.value(), to.value(), up, std::nullopt};
  if (up && round_trip) {
    link.round_trip_ms = static_cast<double>(std::chrono::round<std::chrono::microseconds>(*round_trip).count()) / 1000;
  }
  return link;
}

// Of each pair one, as its lower end says if both do; by pair.
std::vector<v1::GridLink> far_links(const NodeFacts& facts) {
  std::map<std::pair<base::NodeId, base::NodeId>, v1::GridLink> links;
  for (const FarLink& link : facts.far_links) {
    const auto pair = std::minmax(link.from, link.to);
    const auto [place, is_new] = links.try_emplace(pair, told(link.from, link.to, link.up, link.round_trip));
    if (is_new) continue;
    v1::GridLink& known = place->second;
    const bool up = known.up && link.up;
    if (link.from < link.to) known = told(link.from, link.to, up, link.round_trip);
    known.up = up;
    if (!up) known.round_trip_ms.reset();
  }
  std::vector<v1::GridLink> all;
  all.reserve(links.size());
  for (const auto& [pair, link] : links) all.push_back(link);
  return all;
}

bool is_news(const v1::GridLink& before, const v1::GridLink& now) {
  if (before.from != now.from || before.to != now.to || before.up != now.up ||
      before.round_trip_ms.has_value() != now.round_trip_ms.has_value()) {
    return true;
  }
  if (!now.round_trip_ms) return false;
  const auto [shorter, longer] = std::minmax(*before.round_trip_ms, *now.round_trip_ms);
  return longer - shorter > kNewsMs && longer > kNewsFactor * shorter;
}

// Whole numbers and tenths: what a person reads, and no more bytes.
double per_second(std::uint64_t before, std::uint64_t now, double seconds) {
  constexpr double kTenths = 10;
  return std::round(static_cast<double>(now - before) / seconds * kTenths) / kTenths;
}

std::uint64_t requests(const CoreCounts& counts) {
  const auto all = [](const RequestCounts& kind) { return kind.done + kind.refused + kind.unknown; };
  return all(counts.commands) + all(counts.reads);
}

}  // namespace

v1::Grid make_grid(const GridViewOptions& options, const NodeFacts& facts, const proto::Answer& owed) {
  v1::Grid made;
  made.node = options.self.value();
  for (std::uint32_t node = 0; node < options.nodes; ++node) {
    const base::NodeId id(node);
    const auto url = options.urls.find(id);
    made.nodes.push_back({node, std::binary_search(facts.alive.begin(), facts.alive.end(), id),
                          url != options.urls.end() ? std::optional(url->second) : std::nullopt});
  }
  for (const MeshLink& link : facts.links) {
    made.links.push_back(told(options.self, link.peer, link.up, link.round_trip));
  }
  const auto others = far_links(facts);
  made.links.insert(made.links.end(), others.begin(), others.end());
  made.owed = owed_between(owed, options.nodes);
  made.partial = owed.error() != 0 || owed.partial();
  return made;
}

v1::Grid public_part(const v1::Grid& grid) {
  v1::Grid part;
  part.node = grid.node;
  part.nodes = grid.nodes;
  part.links = grid.links;
  for (v1::GridLink& link : part.links) link.round_trip_ms.reset();
  part.partial = true;
  return part;
}

bool is_news(const v1::Grid& before, const v1::Grid& now) {
  const auto same_node = [](const v1::GridNode& one, const v1::GridNode& other) {
    return one.node == other.node && one.alive == other.alive && one.url == other.url;
  };
  const auto same_link = [](const v1::GridLink& one, const v1::GridLink& other) { return !is_news(one, other); };
  const auto same_owed = [](const v1::GridOwed& one, const v1::GridOwed& other) {
    return one.from_node == other.from_node && one.to_node == other.to_node && one.rows == other.rows;
  };
  const auto all_same = [](const auto& one, const auto& other, auto same) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), same);
  };
  const auto rates = [](const v1::Grid& grid) {
    const v1::GridRates none;
    const v1::GridRates& all = grid.rates ? *grid.rates : none;
    return std::array{all.requests_per_s, all.posts_per_s, all.pushes_per_s};
  };
  return before.home != now.home || before.partial != now.partial || rates(before) != rates(now) ||
         !all_same(before.nodes, now.nodes, same_node) || !all_same(before.links, now.links, same_link) ||
         !all_same(before.owed, now.owed, same_owed);
}

GridView::GridView(GridViewOptions options, base::EventLoop& loop, grid::Router& router, GridSource& source,
                   const CoreCounts& counts)
    : options_(std::move(options)), loop_(loop), router_(router), source_(source), counts_(counts) {}

void GridView::get(Callback callback) {
  if (grid_ != nullptr && loop_.now() - looked_at_ < options_.kept) return callback(grid_);
  waiting_.push_back(std::move(callback));
  if (waiting_.size() == 1) look();
}

void GridView::look() {
  const auto both = std::make_shared<Look>();
  const auto here = std::weak_ptr<const char>(here_);
  source_.look([this, both, here](NodeFacts facts) {
    if (here.expired()) return;
    both->facts = std::move(facts);
    if (both->owed) looked(*both);
  });
  proto::Query query;
  query.mutable_owed();
  router_.query(query, [this, both, here](const proto::Answer& owed) {
    if (here.expired()) return;
    both->owed = owed;
    if (both->facts) looked(*both);
  });
}

void GridView::looked(const Look& look) {
  v1::Grid made = make_grid(options_, *look.facts, *look.owed);
  made.rates = rates();
  grid_ = std::make_shared<const v1::Grid>(std::move(made));
  looked_at_ = loop_.now();
  for (const Callback& callback : std::exchange(waiting_, {})) callback(grid_);
}

std::optional<v1::GridRates> GridView::rates() {
  const base::MonotonicTime now = loop_.now();
  const auto before = std::exchange(counted_, counts_);
  const base::Duration between = now - std::exchange(counted_at_, now);
  if (!before || between <= base::Duration::zero() || between > kMostBetween) return std::nullopt;
  const double seconds = std::chrono::duration<double>(between).count();
  return v1::GridRates{per_second(requests(*before), requests(counts_), seconds),
                       per_second(before->posts, counts_.posts, seconds),
                       per_second(before->pushes, counts_.pushes, seconds)};
}

}  // namespace buzzer::gateway
