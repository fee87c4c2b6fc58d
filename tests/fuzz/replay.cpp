// Gives a target the inputs that are kept for it, and all beginnings of each: for a compiler without libFuzzer.
//   replay FOLDER
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"

namespace {

/// Of a longer input only so many beginnings are tried, evenly spread.
constexpr std::size_t beginnings_max = 256;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream from(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(from), {}};
}

/// A copy that ends where its memory ends, so that the address sanitizer sees a read beyond it.
void try_copy(std::string_view input) {
  const std::vector<char> copy(input.begin(), input.end());
  weir::fuzz::try_input({copy.data(), copy.size()});
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) {
    std::fputs("replay: needs one folder\n", stderr);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(arguments[1])) files.push_back(each.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::fprintf(stderr, "replay: %s holds no input\n", arguments[1]);
    return 1;
  }
  for (const auto& file : files) {
    std::fprintf(stderr, "%s\n", file.filename().c_str());  // the last line names the input that a claim fails for
    const std::string input = bytes_of(file);
    const std::size_t step = 1 + input.size() / beginnings_max;
    for (std::size_t size = 0; size < input.size(); size += step) try_copy(std::string_view(input).substr(0, size));
    try_copy(input);
  }
  return 0;
} catch (const std::exception& fault) {
  std::fprintf(stderr, "replay: %s\n", fault.what());
  return 1;
}
