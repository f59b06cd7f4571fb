// Of which web pages this node takes requests that speak for who looks at them: those that it serves itself, and those
// that the grid's other nodes serve, so that a page whose node is gone can go on with another one.
//
// Browsers name the site that a request is made from (Origin); what names none is no browser, and may do as it likes.
//
// Immutable: any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "node/http/message.h"

namespace buzzer::gateway {

class Origins {
 public:
  // `urls`: where clients reach the grid's nodes: ws://buzz.example:8080/ws. A page of http://buzz.example:8080, or
  // https:// for wss://, is one of ours then; of a loopback URL also that of loopback's other names (localhost, ::1).
  explicit Origins(const std::map<base::NodeId, std::string>& urls);

  // Whether it is made from a page that is none of ours.
  [[nodiscard]] bool is_foreign(const http::Request& request) const;

  // For the web client's Content-Security-Policy: the origins of those URLs, once each, separated by spaces; of a
  // loopback URL under each name (a cookie is for one name, so a page keeps to its own). An IPv6 address is left out:
  // a policy cannot name it.
  [[nodiscard]] const std::string& connect_to() const { return connect_to_; }

 private:
  std::vector<std::string> pages_;
  std::string connect_to_;
};

}  // namespace buzzer::gateway
