#include "base/line_splitter.hpp"

namespace weir {

std::optional<line_splitter::line> line_splitter::next(std::string_view& piece) {
  if (ended_) {  // what was handed out is not needed any more
    begun_.clear();
    too_long_ = ended_ = false;
  }
  const std::size_t end = piece.find('\n');
  const std::string_view part = piece.substr(0, end);
  piece.remove_prefix(end == piece.npos ? piece.size() : end + 1);
  if (end != piece.npos && begun_.empty() && !too_long_ && part.size() <= bytes_max_)
    return line{number_++, part, false};

  too_long_ = too_long_ || begun_.size() + part.size() > bytes_max_;
  if (too_long_) {
    begun_.clear();
  } else {
    begun_.append(part);
  }
  if (end == piece.npos) return std::nullopt;
  return complete();
}

std::optional<line_splitter::line> line_splitter::last() {
  if (ended_ || (begun_.empty() && !too_long_)) return std::nullopt;
  return complete();
}

line_splitter::line line_splitter::complete() {
  ended_ = true;
  return {number_++, begun_, too_long_};
}

}  // namespace weir
