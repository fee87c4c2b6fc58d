#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::rpc::test {

/// A message as TFramedTransport sends it.
[[nodiscard]] std::string framed(std::string_view message);

/// A blocking client that sends exactly the bytes it is told to. Every wait ends: after ten seconds it throws.
class client {
 public:
  explicit client(std::uint16_t port);
  client(client&& other) noexcept;
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client();

  /// Sends bytes as they are. What the server no longer takes is dropped.
  client& send(std::string_view bytes);
  /// Ends the sending half.
  client& finish_sending();

  /// Reads one frame, and gives what is in it.
  std::string read_frame();
  /// Reads one TBinary message without a frame.
  std::string read_message();

  /// Reads to the end of the connection, and gives what came; nothing if the connection was reset.
  std::optional<std::string> read_to_end();
  /// Whether the server closed the connection without another byte.
  bool is_closed();

 private:
  bool fill();
  std::string take(std::size_t count);

  int socket_ = -1;
  std::string input_;
};

}  // namespace weir::rpc::test
