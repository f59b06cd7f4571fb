// The session cookie: how a page stays logged in without keeping its token where a script could read it. It logs in
// over the WebSocket, shows the token once to POST /api/v1/session, and forgets it; from then on the browser sends the
// cookie with each handshake, and `authenticate` without a token takes it.
//
//   POST /api/v1/session      204 and the cookie
//   Authorization: Bearer bz1.bob.AAEC...
//   DELETE /api/v1/session    204, and the cookie is gone; the session itself ends by `logout`
//
// A cookie is for a host, whatever the port: the nodes of a grid on one machine share it.
#pragma once

#include <string>

#include "base/event_loop.h"
#include "node/gateway/login.h"
#include "node/http/message.h"

namespace buzzer::gateway {

// The token in the request's cookie; empty if there is none. Whether it opens anything is not known.
[[nodiscard]] std::string token_in_cookie(const http::Request& request);

// Answers both methods. Whether the page that asks may do so (origins.h) is for the caller to judge. `login` and `loop`
// must outlive the answer, on whose thread they are.
void answer_session(const http::Request& request, const http::Answer& answer, Login& login, base::EventLoop& loop);

}  // namespace buzzer::gateway
