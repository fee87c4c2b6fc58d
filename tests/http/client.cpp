#include "http/client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace weir::http::test {

std::string answer::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
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

client::client(client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), input_(std::move(other.input_)), body_(std::move(other.body_)) {}

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

std::string client::read_line() {
  std::size_t end;
  while ((end = input_.find("\r\n")) == input_.npos) {
    if (!fill()) throw std::runtime_error("the connection ended within an answer: " + input_);
  }
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 2);
  return line;
}

std::string client::read_bytes(std::size_t count) {
  while (input_.size() < count) {
    if (!fill()) throw std::runtime_error("the connection ended within a body");
  }
  std::string bytes = input_.substr(0, count);
  input_.erase(0, count);
  return bytes;
}

answer client::read_head() {
  answer read;
  const std::string status = read_line();
  if (!status.starts_with("HTTP/1.1 ")) throw std::runtime_error("no status line: " + status);
  read.status = std::stoi(status.substr(9));
  for (std::string line = read_line(); !line.empty(); line = read_line()) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos) throw std::runtime_error("no header field: " + line);
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    read.fields.emplace(name, line.substr(colon + 2));
  }
  return read;
}

/// False at the body's end.
bool client::read_chunk() {
  const std::size_t size = std::stoul(read_line(), nullptr, 16);
  body_ += read_bytes(size);
  read_line();
  return size > 0;
}

std::string client::read_until(std::string_view wanted) {
  std::size_t at;
  while ((at = body_.find(wanted)) == body_.npos) {
    if (!read_chunk()) throw std::runtime_error("the body ended before: " + body_);
  }
  std::string text = body_.substr(0, at + wanted.size());
  body_.erase(0, text.size());
  return text;
}

std::string client::read_rest() {
  while (read_chunk()) {
  }
  return std::exchange(body_, {});
}

answer client::read(bool bodiless) {
  answer read = read_head();
  if (bodiless || read.status == 204 || read.status == 304 || read.status == 100) return read;
  if (read.has("content-length")) {
    read.body = read_bytes(std::stoul(read.field("content-length")));
  } else if (read.field("transfer-encoding") == "chunked") {
    while (const std::size_t size = std::stoul(read_line(), nullptr, 16)) {
      read.body += read_bytes(size);
      read_line();
    }
    read_line();
  } else {
    while (fill()) {
    }
    read.body = std::exchange(input_, {});
  }
  return read;
}

answer client::get(std::string_view path) {
  send("GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n\r\n");
  return read();
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

bool client::is_closed() { return read_to_end().value_or("") == ""; }

}  // namespace weir::http::test
