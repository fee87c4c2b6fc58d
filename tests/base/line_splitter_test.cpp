#include "base/line_splitter.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::ElementsAre;

/// The lines of a text that arrives in pieces of one size: "number text", or "number -" for one that is too long.
std::vector<std::string> lines_of(std::string_view text, std::size_t piece_bytes, std::size_t bytes_max = 8) {
  line_splitter lines(bytes_max);
  std::vector<std::string> found;
  const auto note = [&found](const line_splitter::line& line) {
    found.push_back(std::to_string(line.number) + " " + (line.too_long ? "-" : std::string(line.text)));
  };
  while (!text.empty()) {
    std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    while (const auto line = lines.next(piece)) note(*line);
    EXPECT_TRUE(piece.empty());
  }
  if (const auto line = lines.last()) note(*line);
  EXPECT_FALSE(lines.last());
  return found;
}

TEST(lines, are_found_wherever_the_pieces_end) {
  for (std::size_t piece_bytes = 1; piece_bytes < 40; ++piece_bytes) {
    EXPECT_THAT(lines_of("one\n\ntwo\r\n12345678\n123456789\nlast", piece_bytes),
                ElementsAre("1 one", "2 ", "3 two\r", "4 12345678", "5 -", "6 last"));
    EXPECT_THAT(lines_of("one\n123456789", piece_bytes), ElementsAre("1 one", "2 -"));
    EXPECT_THAT(lines_of("one\n", piece_bytes), ElementsAre("1 one"));
    EXPECT_THAT(lines_of("\n\n", piece_bytes), ElementsAre("1 ", "2 "));
  }
  EXPECT_THAT(lines_of("", 1), ElementsAre());
}

}  // namespace
}  // namespace weir
