#include "base/owned_socket.h"

#include <unistd.h>

namespace buzzer::base {

OwnedSocket::~OwnedSocket() {
  if (is_there()) ::close(descriptor_);
}

}  // namespace buzzer::base
