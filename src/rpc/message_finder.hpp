#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "codec/codec.hpp"
#include "rpc/struct_scanner.hpp"

namespace weir::rpc {

/// Finds a connection's next message, and its transport, in bytes that arrive piece by piece:
///
///   80 01 ...                a message in TBinary, without a frame (TBufferedTransport)
///   00 .. .. .. message      a frame (TFramedTransport): its length, highest byte first, then a message in any
///                            protocol
///   00 00 .. .. name ...     a message in TBinary without a version and without a frame: it begins with the length of
///                            the method's name, and a name's first character begins no message of any protocol
///
/// What begins with a length above the limit is none of these, and refused.
class message_finder {
 public:
  explicit message_finder(std::size_t bytes_max) : bytes_max_(bytes_max), scanner_(bytes_max) {}

  struct incomplete {};
  struct complete {
    std::size_t bytes;  ///< of the input: the frame's length included
    std::string_view message;
    codec::protocol in;
    bool framed;
  };
  /// The bytes after it cannot be interpreted.
  struct fault {
    std::string_view detail;
    bool overloaded = false;  ///< the server is overloaded; the message may be valid
  };
  using verdict = std::variant<incomplete, complete, fault>;

  /// Takes all of the input so far; that of the previous call comes first.
  [[nodiscard]] verdict look(std::string_view input);

  /// What is known of an incomplete message. No protocol: it may not be Thrift at all.
  struct beginning {
    std::string_view message;
    std::optional<codec::protocol> in;
    bool framed;
  };
  [[nodiscard]] static beginning begin_of(std::string_view input);

 private:
  [[nodiscard]] verdict look_at_frame(std::string_view input) const;

  std::size_t bytes_max_;
  struct_scanner scanner_;
};

}  // namespace weir::rpc
