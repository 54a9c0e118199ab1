// One connection, from its first byte to its last.
#pragma once

#include "http/server/loop.hpp"

namespace dwarpal::http {

/// Whether a connection is served or told that there are too many.
enum class Admission { Served, Refused };

/// Start a connection on its loop; it looks after itself from then on.
void start_session(Loop& loop, Socket socket, Admission admission);
void start_tls_session(Loop& loop, Socket socket);

}  // namespace dwarpal::http
