#include "personal/erasure_list.hpp"

#include <charconv>
#include <optional>

#include "base/hexadecimal.hpp"
#include "base/url.hpp"

namespace weir::personal {
namespace {

std::optional<std::string> unescaped(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made += text[i];
      continue;
    }
    std::string digits(text.substr(i + 1, 2));
    for (char& c : digits) {
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    if (digits.size() != 2 || !append_from_hexadecimal(made, digits)) return std::nullopt;
    i += 2;
  }
  return made;
}

std::optional<listed_erasure> read_line(std::string_view line) {
  const auto first = line.find(' ');
  if (first == line.npos) return std::nullopt;
  const auto second = line.find(' ', first + 1);
  if (second == line.npos) return std::nullopt;
  listed_erasure read;
  const auto end = std::from_chars(line.data(), line.data() + first, read.key);
  if (end.ec != std::errc{} || end.ptr != line.data() + first) return std::nullopt;
  auto subject = unescaped(line.substr(second + 1));
  if (!subject || subject->empty()) return std::nullopt;
  read.subject = std::move(*subject);
  return read;
}

}  // namespace

result<erasure_list> erasure_list::open(const std::filesystem::path& path) {
  auto opened = file::open(path, true);
  if (!opened) return opened.error();
  return read(std::move(*opened), path);
}

result<erasure_list> erasure_list::open_to_read(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return erasure_list();
  auto opened = file::open_to_read(path);
  if (!opened) return opened.error();
  return read(std::move(*opened), path);
}

result<erasure_list> erasure_list::read(file from, const std::filesystem::path& path) {
  erasure_list list(std::move(from));
  const auto size = list.file_->size();
  if (!size) return size.error();
  const auto text = list.file_->read(0, *size);
  if (!text) return text.error();
  std::string_view rest = *text;
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    auto read = read_line(rest.substr(0, end));
    if (!read) {
      return error{errc::corrupt, "line " + std::to_string(list.all_.size() + 1) + " of " + path.string() +
                                      " is no erasure: restore the file, or correct the line"};
    }
    list.known_.insert(*read);
    list.all_.push_back(std::move(*read));
    rest.remove_prefix(end + 1);
  }
  list.end_ = text->size() - rest.size();
  return list;
}

result<> erasure_list::add(const listed_erasure& one, timestamp at) {
  if (!file_) return error{errc::io, "the list of erasures was opened to be read only"};
  std::string line = std::to_string(one.key) + " " + to_rfc3339(at).value_or("-") + " ";
  append_path_segment(line, one.subject);
  line += '\n';
  if (const auto written = file_->write(end_, line); !written) return written;
  if (const auto synced = file_->sync(); !synced) return synced;
  end_ += line.size();
  known_.insert(one);
  all_.push_back(one);
  return {};
}

}  // namespace weir::personal
