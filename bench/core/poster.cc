#include "bench/core/poster.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "node/grid/placement.h"

namespace buzzer::bench {
namespace {

constexpr const char* kText =
    "What a day: the sun is out at last, and #berlin is full of people. Where are you, @alice?";
constexpr const char* kPlainText =
    "What a day: the sun is out at last, and the town is full of people. Where are you, Alice?";

std::string poster_name(std::size_t number, base::NodeId home, std::uint32_t nodes) {
  for (std::size_t tried = 0;; ++tried) {
    std::string name = "poster" + std::to_string(tried);
    if (grid::node_of_shard(grid::shard_of_user(name), nodes) != home) continue;
    if (number-- == 0) return name;
  }
}

}  // namespace

std::string name_in_shard(const std::string& beginning, base::ShardId shard) {
  for (std::size_t tried = 0;; ++tried) {
    std::string name = beginning + std::to_string(tried);
    if (grid::shard_of_user(name) == shard) return name;
  }
}

Poster::Poster(std::size_t number, base::NodeId home, std::uint32_t nodes) : Poster(poster_name(number, home, nodes)) {}

Poster::Poster(const std::string& name) : begun_(std::chrono::system_clock::now().time_since_epoch().count()) {
  command_.set_account(name);
}

void Poster::register_account(grid::Router& router, std::function<void()> done) {
  command_.mutable_register_account()->set_name(command_.account());
  execute(router, [done = std::move(done)](std::uint64_t /*id*/) { done(); });
}

void Poster::follow(grid::Router& router, const std::string& author, std::function<void()> done) {
  command_.mutable_follow_user()->set_name(author);
  execute(router, [done = std::move(done)](std::uint64_t /*id*/) { done(); });
}

void Poster::post(grid::Router& router, std::function<void()> done) {
  command_.mutable_post_buzz()->set_text(kText);
  execute(router, [done = std::move(done)](std::uint64_t /*id*/) { done(); });
}

void Poster::post_plain(grid::Router& router, Posted posted) { post_text(router, kPlainText, std::move(posted)); }

void Poster::post_text(grid::Router& router, const std::string& text, Posted posted) {
  command_.mutable_post_buzz()->set_text(text);
  execute(router, std::move(posted));
}

void Poster::execute(grid::Router& router, Posted done) {
  command_.set_key(std::to_string(begun_) + '.' + std::to_string(++commands_));
  command_.set_key_created_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
  router.execute(command_, [done = std::move(done)](const proto::Reply& reply) {
    if (reply.error() != 0) {
      std::cerr << "a command failed: " << reply.message() << '\n';
      std::abort();
    }
    done(reply.id());
  });
}

}  // namespace buzzer::bench
