#include "server/export_command.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <unistd.h>

#include "event_text/event_lines.hpp"
#include "log/log_rows.hpp"
#include "server/descriptors.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/storage.hpp"
#include "state/personal_keys.hpp"

namespace weir {
namespace {

constexpr std::size_t page_events = 1'000;

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Where an export goes: standard output, or a file that gets its name once it is whole.
class destination {
 public:
  explicit destination(std::string name) : name_(std::move(name)), unfinished_(name_ + ".unfinished") {}
  ~destination() {
    if (!file_) return;
    file_.reset();
    std::remove(unfinished_.c_str());
  }
  destination(const destination&) = delete;
  destination& operator=(const destination&) = delete;

  [[nodiscard]] result<> open() {
    if (name_ == "-") return {};
    file_.reset(std::fopen(unfinished_.c_str(), "wb"));
    return file_ ? result<>{} : fault("open");
  }

  [[nodiscard]] result<> write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), to()) != text.size()) return fault("write to");
    return {};
  }

  [[nodiscard]] result<> finish() {
    if (std::fflush(to()) != 0) return fault("write to");
    if (!file_) return {};
    if (fsync(fileno(file_.get())) != 0) return fault("sync");
    if (std::rename(unfinished_.c_str(), name_.c_str()) != 0) return fault("rename");
    file_.reset();
    return {};
  }

 private:
  [[nodiscard]] std::FILE* to() const { return file_ ? file_.get() : stdout; }
  [[nodiscard]] error fault(const std::string& what) const {
    return {errc::io,
            "cannot " + what + " " + (name_ == "-" ? "standard output" : unfinished_) + ": " + std::strerror(errno)};
  }

  const std::string name_, unfinished_;
  std::unique_ptr<std::FILE, close_file> file_;
};

result<> append_line(std::string& text, const stored_event& stored, event_text::event_format format,
                     const catalog& domains, const personal::vault* keys) {
  const auto event = read_event(stored, domains, keys);
  if (!event) return event.error();
  const auto written = event_text::append_event_line(text, *event, format, domains);
  if (written) return {};
  return error{written.error().code,
               "position " + std::to_string(event->position.value) + ": " + written.error().detail};
}

}  // namespace

result<> export_log(const export_settings& settings, const catalog& domains) {
  std::error_code ec;
  if (std::filesystem::is_empty(settings.data, ec) || ec) {
    return error{errc::io,
                 "there is no data in " + settings.data.string() + "; --data must name a server's data directory"};
  }
  set_up_logging(log_format::automatic, "warn");
  auto opened = open_data_to_read(settings.data, files_of_store_alone(), domains);
  if (!opened && opened.error().code == errc::unavailable) {
    // Of an earlier format: it is migrated, which needs a directory that can be written to.
    serve_settings opening;
    opening.data = settings.data;
    auto migrated = open_storage(opening, files_of_store_alone(), domains, show_migration());
    if (!migrated) return migrated.error();
    opened = std::move(migrated->store);
  }
  if (!opened) return opened.error();
  std::unique_ptr<personal::vault> keys;
  if (domains.is_personal()) {
    auto found = open_keys(**opened);
    if (!found) return found.error();
    keys = std::move(*found);
  }
  const log_rows log(**opened);
  const auto head = log.head();
  if (!head) return head.error();

  destination to(settings.to);
  if (const auto ready = to.open(); !ready) return ready;
  progress shown("exported", "events");
  const position last = head->last;
  position at{settings.after};
  std::string text;
  while (at < last) {
    const auto page = log.scan(at, last, "", page_events, page_events);
    if (!page) return page.error();
    text.clear();
    for (const stored_event& one : page->events) {
      if (const auto appended = append_line(text, one, settings.format, domains, keys.get()); !appended)
        return appended;
    }
    if (const auto written = to.write(text); !written) return written;
    at = page->last;
    shown.show(at.value - settings.after, last.value - settings.after);
  }
  return to.finish();
}

}  // namespace weir
