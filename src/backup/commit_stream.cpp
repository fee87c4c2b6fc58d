#include "backup/commit_stream.hpp"

#include <nlohmann/json.hpp>

#include "backup/description.hpp"
#include "base/digest.hpp"

namespace weir::backup {
namespace {

using json = nlohmann::ordered_json;

constexpr int format = 1;
constexpr std::size_t digest_bytes = 32, head_bytes = 1 + 4 + digest_bytes;
constexpr std::size_t contents_bytes_max = 512u << 20;

void append_head(std::string& to, frame_kind kind, std::size_t length, std::string_view digest) {
  to += static_cast<char>(kind);
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(length >> shift & 0xff);
  to += digest;
}

error damaged(const std::string& why) { return {errc::corrupt, "the commits are not understood: " + why}; }

}  // namespace

void append_frame(std::string& to, frame_kind kind, std::string_view contents) {
  append_head(to, kind, contents.size(), sha256(contents));
  to += contents;
}

void append_commit_frame(std::string& to, std::string_view bytes, std::string_view hash) {
  append_head(to, frame_kind::commit, bytes.size(), hash);
  to += bytes;
}

std::string beginning_json(const stream_beginning& of) {
  return json{{"format", format}, {"log", json::parse(identity_json(of.log))}, {"schema", of.schema}}.dump();
}

result<stream_beginning> read_beginning_json(std::string_view text) {
  try {
    const json in = json::parse(text);
    if (in.at("format").get<int>() > format) {
      return error{errc::newer_format, "it was written by a newer Weir: use that version"};
    }
    auto log = read_identity_json(in.at("log").dump());
    if (!log) return log.error();
    return stream_beginning{std::move(*log), in.at("schema").get<std::string>()};
  } catch (const json::exception& e) {
    return damaged(e.what());
  }
}

std::string head_json(const stream_head& of) { return json{{"commit", of.commit}, {"position", of.last.value}}.dump(); }

result<stream_head> read_head_json(std::string_view text) {
  try {
    const json in = json::parse(text);
    return stream_head{in.at("commit").get<std::uint64_t>(), {in.at("position").get<std::uint64_t>()}};
  } catch (const json::exception& e) {
    return damaged(e.what());
  }
}

result<> frame_reader::add(std::string_view piece,
                           const std::function<result<>(frame_kind, std::string contents)>& take) {
  rest_ += piece;
  std::size_t at = 0;
  result<> done;
  while (done && rest_.size() - at >= head_bytes) {
    const std::string_view here = std::string_view(rest_).substr(at);
    std::size_t length = 0;
    for (std::size_t i = 1; i <= 4; ++i) length = length << 8 | static_cast<unsigned char>(here[i]);
    if (length > contents_bytes_max) return damaged("a frame is too long");
    if (here.size() - head_bytes < length) break;
    std::string contents(here.substr(head_bytes, length));
    if (sha256(contents) != here.substr(5, digest_bytes)) return damaged("a frame's checksum differs");
    at += head_bytes + length;
    done = take(static_cast<frame_kind>(here[0]), std::move(contents));
  }
  rest_.erase(0, at);
  return done;
}

}  // namespace weir::backup
