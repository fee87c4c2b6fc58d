// What a Thrift client sends. Input: the size of the pieces in which it arrives, the bytes.
#include <algorithm>

#include "codec/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/shapes.hpp"
#include "rpc/message.hpp"
#include "rpc/message_finder.hpp"

namespace weir::fuzz {
namespace {

constexpr std::size_t message_bytes_max = 4096;

rpc::message_finder::verdict in_pieces(std::string_view input, std::size_t piece) {
  rpc::message_finder finder(message_bytes_max);
  for (std::size_t arrived = std::min(piece, input.size());; arrived = std::min(arrived + piece, input.size())) {
    auto found = finder.look(input.substr(0, arrived));
    if (arrived == input.size() || !std::holds_alternative<rpc::message_finder::incomplete>(found)) return found;
  }
}

/// A caller gets its own name and number back, whatever they are.
void claim_replies_are_readable(const rpc::message_header& to, codec::protocol in) {
  if (!codec::is_utf8(to.name)) return;
  const std::string fault = rpc::write_fault(to, rpc::fault_type::protocol_error, "No.", in);
  const auto read = rpc::read_message(fault, in);
  claim(read.has_value(), "an answer is a message");
  claim(read->header.name == to.name && read->header.sequence_id == to.sequence_id, "an answer is to its call");
}

void try_message(std::string_view bytes, codec::protocol in) {
  const auto read = rpc::read_message(bytes, in);
  if (!read) return;
  claim_replies_are_readable(read->header, in);
  for (unsigned shape = 0; shape < 3; ++shape) {
    const auto decoded = codec::from_thrift(read->arguments, in, shape_of(shape));
    if (const auto* compact = std::get_if<std::string>(&decoded)) {
      claim_round_trips(*compact, shape_of(shape), codec::checks::every_rule);
    }
  }
}

}  // namespace

void try_input(std::string_view input) {
  const std::size_t piece = 1 + take_choice(input);
  rpc::message_finder at_once(message_bytes_max);
  const auto found = at_once.look(input);
  const auto again = in_pieces(input, piece);
  if (const auto* whole = std::get_if<rpc::message_finder::complete>(&found)) {
    const auto* pieced = std::get_if<rpc::message_finder::complete>(&again);
    claim(pieced != nullptr && pieced->bytes == whole->bytes && pieced->in == whole->in,
          "pieces make the same message");
    claim(whole->bytes <= input.size() && whole->message.size() <= whole->bytes, "a message is within its bytes");
    claim(whole->message.size() <= message_bytes_max, "a message keeps the limit");
    try_message(whole->message, whole->in);
  } else {
    claim(found.index() == again.index(), "pieces are judged as the whole");
    const auto begun = rpc::message_finder::begin_of(input);
    if (begun.in) {
      if (const auto header = rpc::read_header(begun.message, *begun.in))
        claim_replies_are_readable(*header, *begun.in);
    }
  }
  for (const auto in : {codec::protocol::binary, codec::protocol::compact, codec::protocol::json}) {
    if (!input.empty()) try_message(input, in);  // as the body of POST /rpc
  }
}

}  // namespace weir::fuzz
