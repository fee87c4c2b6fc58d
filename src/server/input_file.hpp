#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace weir {

/// A file, or standard input, read a piece at a time.
class input_file {
 public:
  /// `name`: a file's, or - for standard input. Error: errc::io.
  static result<input_file> open(const std::string& name);

  /// The next piece, valid until the next call; "" at the end. Error: errc::io.
  [[nodiscard]] result<std::string_view> read();

  /// How many bytes were read, and how many the file has; nothing if that is not known before the end.
  [[nodiscard]] std::uint64_t read_bytes() const { return read_bytes_; }
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }

 private:
  struct close_file {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  explicit input_file(const std::string& name);
  [[nodiscard]] error fault(const std::string& what) const;

  std::string name_;
  std::unique_ptr<std::FILE, close_file> file_;
  std::vector<char> piece_;
  std::uint64_t read_bytes_ = 0;
  std::optional<std::uint64_t> size_;
};

}  // namespace weir
