#include "store/log_copies.hpp"

namespace weir {

result<log_copies> log_copies::make(const std::filesystem::path& directory) {
  log_copies copies(directory / "log-before-start");
  std::error_code ec;
  // Files of an earlier start that was interrupted or refused the WAL stay there.
  std::filesystem::create_directory(copies.folder_, ec);
  if (ec) return error{errc::io, "cannot make " + copies.folder_.string() + ": " + ec.message()};

  for (std::filesystem::directory_iterator file(directory, ec), end; !ec && file != end; file.increment(ec)) {
    const auto copy = copies.folder_ / file->path().filename();
    if (file->path().extension() != ".log" || std::filesystem::exists(copy, ec)) continue;
    std::filesystem::create_hard_link(file->path(), copy, ec);
  }
  if (ec) return error{errc::io, "cannot keep the WAL's files in " + copies.folder_.string() + ": " + ec.message()};
  return copies;
}

void log_copies::drop() const {
  std::error_code ignored;  // what is left goes with the next start
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace weir
