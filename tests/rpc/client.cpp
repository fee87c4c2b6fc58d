#include "rpc/client.hpp"

#include <array>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/struct_scanner.hpp"

namespace weir::rpc::test {

std::string framed(std::string_view message) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(message.size() >> shift));
  return bytes.append(message);
}

client::client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  timeval patience{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    throw std::system_error(errno, std::generic_category(), "connect");
  }
}

client::client(client&& other) noexcept : socket_(std::exchange(other.socket_, -1)), input_(std::move(other.input_)) {}

client::~client() {
  if (socket_ >= 0) ::close(socket_);
}

client& client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

client& client::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
  return *this;
}

/// False at the end of the connection.
bool client::fill() {
  std::array<char, 65536> bytes;
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count < 0) throw std::system_error(errno, std::generic_category(), "recv");
  input_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::string client::take(std::size_t count) {
  while (input_.size() < count) {
    if (!fill()) throw std::runtime_error("the connection ended within an answer");
  }
  std::string bytes = input_.substr(0, count);
  input_.erase(0, count);
  return bytes;
}

std::string client::read_frame() {
  std::size_t length = 0;
  for (const char byte : take(4)) length = length << 8 | static_cast<unsigned char>(byte);
  return take(length);
}

std::string client::read_message() {
  struct_scanner scanner(std::numeric_limits<std::uint32_t>::max());
  while (true) {
    const auto found = scanner.look(input_);
    if (const auto* end = std::get_if<struct_scanner::complete>(&found)) return take(end->bytes);
    if (std::holds_alternative<struct_scanner::fault>(found)) throw std::runtime_error("the answer is no message");
    if (!fill()) throw std::runtime_error("the connection ended within an answer");
  }
}

std::optional<std::string> client::read_to_end() {
  try {
    while (fill()) {
    }
  } catch (const std::system_error& e) {
    if (e.code().value() == ECONNRESET) return std::nullopt;
    throw;
  }
  return std::exchange(input_, {});
}

bool client::is_closed() { return read_to_end().value_or("").empty(); }

}  // namespace weir::rpc::test
