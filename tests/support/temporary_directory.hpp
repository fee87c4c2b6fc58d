#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace weir::testing {

/// A new directory that goes away with this object.
class temporary_directory {
 public:
  temporary_directory() {
    std::string form = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
    if (!mkdtemp(form.data())) throw std::runtime_error("cannot make a temporary directory");
    path_ = form;
  }
  ~temporary_directory() {
    std::error_code ignored;  // a test's litter is no test's failure
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weir::testing
