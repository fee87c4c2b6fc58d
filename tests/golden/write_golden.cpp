#include <cstdio>
#include <fstream>

#include "golden/golden_file.hpp"

/// Writes what the golden files of a folder lack, and changes nothing else: script/golden.
int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("write_golden: give the folder of the golden files\n", stderr);
    return 2;
  }
  const std::filesystem::path folder(arguments[1]);
  int code = 0;
  for (const auto& [among, of] : weir::golden::checked_domains()) {
    const auto file = folder / (of->name + ".golden");
    const std::string before = weir::golden::text_of(file);
    const auto after = weir::golden::completed(before, *among, *of);
    if (!after) {
      std::fprintf(stderr, "%s: nothing was written: %s\n", file.c_str(), after.error().detail.c_str());
      code = 1;
      continue;
    }
    if (*after == before) continue;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << *after << std::flush;
    if (!out) {
      std::fprintf(stderr, "%s: cannot be written\n", file.c_str());
      return 1;
    }
    std::printf("%s: %zu bytes were added\n", file.c_str(), after->size() - before.size());
  }
  return code;
}
