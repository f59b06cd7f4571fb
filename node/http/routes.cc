#include "node/http/routes.h"

#include <algorithm>
#include <utility>

namespace buzzer::http {
namespace {

std::vector<std::string> with_head(std::vector<std::string> methods) {
  const auto get = std::find(methods.begin(), methods.end(), "GET");
  if (get != methods.end()) methods.insert(get + 1, "HEAD");
  return methods;
}

std::string listed(const std::vector<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

}  // namespace

void Routes::add_exact(std::string path, Handler handler, std::vector<std::string> methods) {
  exact_[std::move(path)] = {std::move(handler), with_head(std::move(methods))};
}

void Routes::add_prefix(std::string prefix, Handler handler, std::vector<std::string> methods) {
  prefixes_[std::move(prefix)] = {std::move(handler), with_head(std::move(methods))};
}

const Routes::Route* Routes::find(const std::string& path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return &found->second;
  const Route* longest = nullptr;
  // A prefix of the path is not behind it in order, and a longer one is behind a shorter one.
  for (auto it = prefixes_.begin(); it != prefixes_.end() && it->first <= path; ++it) {
    if (path.compare(0, it->first.size(), it->first) == 0) longest = &it->second;
  }
  return longest;
}

void Routes::handle(const Request& request, const Answer& answer) const {
  const Route* const route = find(request.path);
  if (route == nullptr) return answer.respond(problem(404, "not_found", "nothing is here"));
  const auto& methods = route->methods;
  if (std::find(methods.begin(), methods.end(), request.method) == methods.end()) {
    Response refusal = problem(405, "method_not_allowed", "what is here knows these methods only: " + listed(methods));
    refusal.headers.push_back({"Allow", listed(methods)});
    return answer.respond(refusal);
  }
  route->handler(request, answer);
}

}  // namespace buzzer::http
