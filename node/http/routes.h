// Which handler answers which path: exact ones first, then the longest prefix. Filled before the server starts, then
// only read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/http/message.h"

namespace buzzer::http {

class Routes {
 public:
  // `methods` that the handler knows; GET brings HEAD with it, whose answer has its body left out by the server. Others
  // get 405 and are told these.
  void add_exact(std::string path, Handler handler, std::vector<std::string> methods = {"GET"});
  // Everything that begins so: "/static/", or "/" for all that nothing else answers.
  void add_prefix(std::string prefix, Handler handler, std::vector<std::string> methods = {"GET"});

  // 404 if nothing fits. Is an Handler itself.
  void handle(const Request& request, const Answer& answer) const;

 private:
  struct Route {
    Handler handler;
    std::vector<std::string> methods;
  };

  [[nodiscard]] const Route* find(const std::string& path) const;

  std::map<std::string, Route, std::less<>> exact_;
  std::map<std::string, Route, std::less<>> prefixes_;
};

}  // namespace buzzer::http
