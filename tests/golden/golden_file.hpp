#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "domain/catalog.hpp"

/// Golden files, <domain>.golden: bytes of each event as they were stored, and the JSON they are shown as.
namespace weir::golden {

/// A block of a golden file.
struct block {
  std::string kind, name;   ///< event userCreated, or record user-u1
  weir::sequence sequence;  ///< of a record in its stream
  std::string bytes;        ///< hexadecimal digits, or ? where they are asked for
  std::string json;
  std::string becomes;  ///< what upcasts make of the event: its name and JSON
};

/// The blocks of a file's text, in its order.
[[nodiscard]] std::vector<block> read(const std::string& text);

/// What is wrong with a block: a program that has these domains would not read the bytes as they were meant, or an
/// import would store others. "" if nothing is.
[[nodiscard]] std::string fault_of(const block& one, const catalog& domains);

/// What a file lacks: events that no block shows, with and without each optional field, and a whole record.
[[nodiscard]] std::vector<std::string> missing(const std::vector<block>& blocks, const domain& of);

/// The text with what it lacks: bytes in place of each ?, and blocks for new events behind the others. No other line
/// changes. "" as text begins a file. Errors: errc::invalid if a block of before does not hold any more, or if there is
/// no example of an event; each with a sentence.
[[nodiscard]] result<std::string> completed(const std::string& text, const catalog& domains, const domain& of);

/// Every domain that has a golden file: those of the program in one catalog, that of tests in its own, so that no name
/// of the one is taken by the other.
struct checked_domain {
  const catalog* among;
  const domain* of;
};
[[nodiscard]] const std::vector<checked_domain>& checked_domains();

/// A file's text; "" if there is none.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);

}  // namespace weir::golden
