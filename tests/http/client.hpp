#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace weir::http::test {

/// An answer as it came over the wire. Header names are in lower case.
struct answer {
  int status = 0;
  std::multimap<std::string, std::string> fields;
  std::string body;

  [[nodiscard]] std::string field(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return fields.contains(name); }
};

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

  /// Reads one answer. `bodiless`: the answer to a HEAD.
  answer read(bool bodiless = false);
  answer get(std::string_view path);

  /// Reads the head of a chunked answer, whose body is read by what follows.
  answer read_head();
  /// Reads chunks until what has come since the last such call holds a text; all up to its end. Throws if the body ends
  /// before.
  std::string read_until(std::string_view wanted);
  /// Reads chunks to the body's end; what was left.
  std::string read_rest();

  /// Reads to the end of the connection, and gives what came; nothing if the connection was reset.
  std::optional<std::string> read_to_end();
  /// Whether the server closed the connection without another byte.
  bool is_closed();

 private:
  bool fill();
  std::string read_line();
  std::string read_bytes(std::size_t count);
  bool read_chunk();

  int socket_ = -1;
  std::string input_;
  std::string body_;  ///< of chunks, that was not asked for yet
};

}  // namespace weir::http::test
