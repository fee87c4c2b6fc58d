#include "backup/archive.hpp"

#include <algorithm>
#include <cstdio>

#include <spdlog/spdlog.h>

namespace weir::backup {

result<std::vector<archive::segment_file>> archive::segments() const {
  std::vector<segment_file> all;
  std::error_code ec;
  for (std::filesystem::directory_iterator each(directory_, ec), end; !ec && each != end; each.increment(ec)) {
    const auto number = segment_number(each->path());
    if (number) all.push_back({each->path(), *number, each->path().extension() == open_extension});
  }
  if (ec == std::errc::no_such_file_or_directory || (!ec && all.empty())) {
    return error{errc::not_found, "there is no archive in " + directory_.string()};
  }
  if (ec) return error{errc::io, "cannot read " + directory_.string() + ": " + ec.message()};
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].first == all[i + 1].first) {
      return error{errc::corrupt, "the archive has two segments that begin with commit " +
                                      std::to_string(all[i].first) + ": " + all[i].path.string() + " and " +
                                      all[i + 1].path.string() + "; keep the one that ends with .weir"};
    }
    if (all[i].is_open) {
      return error{errc::corrupt, "the archive's file " + all[i].path.string() +
                                      " is unfinished, but later ones are there: commits are missing between them"};
    }
  }
  return all;
}

result<std::uint64_t> archive::first() const {
  const auto all = segments();
  if (!all) return all.error();
  return all->front().first;
}

result<stream_beginning> archive::beginning() const {
  const auto all = segments();
  if (!all) return all.error();
  for (auto at = all->rbegin(); at != all->rend(); ++at) {
    auto shape = read_segment(at->path, UINT64_MAX, at->is_open, [](std::string) -> result<bool> { return false; });
    if (!shape) return shape.error();
    if (shape->first != 0) return std::move(shape->beginning);
  }
  return error{errc::not_found, "there is no whole segment in " + directory_.string()};
}

result<> archive::read(std::uint64_t after, const std::function<result<bool>(sealed_commit one)>& take) const {
  const auto all = segments();
  if (!all) return all.error();
  if (all->front().first > after + 1) {
    return error{errc::not_found, "the archive in " + directory_.string() + " begins with commit " +
                                      std::to_string(all->front().first) + ", so commits " + std::to_string(after + 1) +
                                      " to " + std::to_string(all->front().first - 1) + " are missing"};
  }
  // The last segment that may hold the commit after that number.
  std::size_t begin = 0;
  while (begin + 1 < all->size() && (*all)[begin + 1].first <= after + 1) ++begin;
  std::optional<log_head> head;
  bool wants_more = true;
  for (std::size_t i = begin; i < all->size() && wants_more; ++i) {
    const segment_file& file = (*all)[i];
    std::uint64_t expected = std::max(after + 1, file.first);
    const auto damaged = [&](const std::string& why) {
      return error{errc::corrupt, "the archive's file " + file.path.string() + " is damaged: commit " +
                                      std::to_string(expected) + ": " + why};
    };
    const auto shape = read_segment(file.path, after, file.is_open, [&](std::string bytes) -> result<bool> {
      auto one = read_commit(std::move(bytes));
      if (!one) return damaged(one.error().detail);
      if (head) {
        if (const auto why = why_void(one->value, *head); !why.empty()) return damaged(why);
      } else if (one->value.number != expected) {
        return damaged("it is commit " + std::to_string(one->value.number));
      }
      head = one->head();
      ++expected;
      auto taken = take(std::move(*one));
      if (taken) wants_more = *taken;
      return taken;
    });
    if (!shape) return shape.error();
    if (shape->is_torn) {
      spdlog::warn("{} ends with an incomplete part at byte {}: it never counted", file.path.string(),
                   shape->whole_bytes);
    }
    if (shape->first == 0) break;  // torn in its beginning: nothing was kept in it
    const bool is_last = i + 1 == all->size();
    if (!is_last && !shape->is_finished) return damaged("the segment has no end");
    if (!is_last && shape->first + shape->commits != (*all)[i + 1].first) {
      return error{errc::corrupt, "the archive lacks the commits " + std::to_string(shape->first + shape->commits) +
                                      " to " + std::to_string((*all)[i + 1].first - 1) + ": a file between " +
                                      file.path.string() + " and " + (*all)[i + 1].path.string() + " is missing"};
    }
  }
  return {};
}

result<std::unique_ptr<archive_writer>> archive_writer::open(const std::filesystem::path& directory, limits with) {
  if (auto made = make_folder(directory); !made) return made.error();
  auto lock = directory_lock::take(directory);
  if (!lock) {
    if (lock.error().code != errc::in_use) return lock.error();
    return error{errc::in_use, "another weir archive writes to " + directory.string()};
  }
  std::unique_ptr<archive_writer> made(new archive_writer(directory, with, std::move(*lock)));
  if (auto recovered = made->recover(); !recovered) return recovered.error();
  return made;
}

/// Finds the last commit, and makes the last segment fit to go on with.
result<> archive_writer::recover() {
  const archive there(directory_);
  auto all = there.segments();
  if (!all) return all.error().code == errc::not_found ? result<>{} : result<>{all.error()};
  if (all->back().is_open) {
    const auto file = all->back().path;
    const auto shape = read_segment(file, UINT64_MAX, true, [](std::string) -> result<bool> { return false; });
    if (!shape) return shape.error();
    if (shape->is_torn) {
      spdlog::warn("{} ends with an incomplete part: it is cut off at byte {}, and its commits are fetched again",
                   file.string(), shape->whole_bytes);
    }
    if (shape->commits == 0) {
      // Nothing was kept in it.
      if (std::remove(file.c_str()) != 0) return file_error("remove", file);
      if (auto synced = sync_folder(directory_); !synced) return synced;
      all->pop_back();
    } else {
      auto opened = output_file::append_to(file);
      if (!opened) return opened.error();
      if (auto cut = opened->cut(shape->whole_bytes); !cut) return cut;
      if (auto synced = opened->sync(); !synced) return synced;
      open_ = std::move(*opened);
      open_bytes_ = shape->whole_bytes;
      digest_ = std::make_unique<sha256_of_pieces>();
      if (auto read = read_pieces(file, 0,
                                  [this](std::string_view piece) -> result<> {
                                    digest_->add(piece);
                                    return {};
                                  });
          !read) {
        return read;
      }
      if (shape->is_finished) {
        // It has its end already, and only its name is missing.
        std::filesystem::path name = file;
        name.replace_extension();
        open_.reset();
        if (std::rename(file.c_str(), name.c_str()) != 0) return file_error("rename", file);
        if (auto synced = sync_folder(directory_); !synced) return synced;
      }
    }
  }
  if (all->empty()) return {};
  auto beginning = there.beginning();
  if (!beginning) return beginning.error();
  beginning_ = std::move(*beginning);
  const auto read = there.read(all->back().first - 1, [this](sealed_commit one) -> result<bool> {
    kept_ = one.head();
    return true;
  });
  if (!read) return read;
  added_ = kept_;
  return {};
}

result<> archive_writer::go_on_with(const stream_beginning& from) {
  if (beginning_ && beginning_->log.id != from.log.id) {
    return error{errc::stale, directory_.string() + " is an archive of the event log " + beginning_->log.id +
                                  ", and the server has the event log " + from.log.id + ": choose another directory"};
  }
  const bool is_other = !beginning_ || !(beginning_->log == from.log) || beginning_->schema != from.schema;
  if (is_other && open_) {
    if (auto kept = keep(); !kept) return kept;
    if (auto finished = finish_segment(); !finished) return finished;
  }
  beginning_ = from;
  return {};
}

result<> archive_writer::add(std::string bytes) {
  const auto one = read_commit(std::move(bytes));
  if (!one) return one.error();
  if (const auto why = why_void(one->value, added_); !why.empty()) {
    return error{errc::corrupt, "the server sent commit " + std::to_string(one->value.number) + ", but " + why};
  }
  if (block_commits_ == 0) {
    block_begun_ = std::chrono::steady_clock::now();
    block_first_ = one->value.first;
  }
  append_to_block(block_, one->bytes);
  ++block_commits_;
  added_ = one->head();
  return block_.size() >= limits_.block_bytes ? keep() : result<>{};
}

bool archive_writer::is_due() const {
  return block_commits_ > 0 && std::chrono::steady_clock::now() - block_begun_ >= limits_.block_age;
}

result<> archive_writer::write(std::string_view part) {
  auto written = open_->write(part);
  if (written) written = open_->sync();
  if (!written) {
    failed_ = true;
    return written;
  }
  digest_->add(part);
  open_bytes_ += part.size();
  return {};
}

result<> archive_writer::keep() {
  if (block_commits_ == 0) return {};
  if (failed_) return error{errc::io, "an earlier write to the archive failed: start weir archive again"};
  if (!open_) {
    if (auto begun = begin_segment(); !begun) return begun;
  }
  if (auto written = write(segment_block(kept_.number + 1, block_commits_, block_)); !written) return written;
  kept_ = added_;
  block_.clear();
  block_commits_ = 0;
  return open_bytes_ >= limits_.segment_bytes ? finish_segment() : result<>{};
}

result<> archive_writer::begin_segment() {
  const auto file = directory_ / (segment_name(kept_.number + 1, block_first_) + std::string(open_extension));
  auto made = output_file::create(file);
  if (!made) return made.error();
  open_ = std::move(*made);
  digest_ = std::make_unique<sha256_of_pieces>();
  open_bytes_ = 0;
  if (auto written = write(segment_beginning(*beginning_, kept_)); !written) return written;
  return sync_folder(directory_);
}

result<> archive_writer::finish_segment() {
  const auto file = open_->name();
  if (auto written = write(segment_end(digest_->digest())); !written) return written;
  std::filesystem::path name = file;
  name.replace_extension();
  open_.reset();
  if (std::rename(file.c_str(), name.c_str()) != 0) return file_error("rename", file);
  return sync_folder(directory_);
}

}  // namespace weir::backup
