#include "backup/server_client.hpp"

#include <array>
#include <csignal>
#include <new>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "backup/files.hpp"
#include "backup/waiting.hpp"
#include "schema/base64.hpp"

namespace weir::backup {
namespace {

constexpr std::size_t small_answer_bytes_max = 64u << 20;
constexpr long connect_milliseconds = 10'000, silent_seconds = 60;
constexpr int poll_milliseconds = 100;
constexpr int status_ok = 200, status_ended = 300, status_not_found = 404, status_gone = 410, status_bad_gateway = 502,
              status_unavailable = 503, status_gateway_timeout = 504;

struct free_url {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_loopback(const std::string& host) {
  std::array<unsigned char, 4> address{};
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1) return address[0] == 127;
  return host == "[::1]" || host == "localhost";
}

/// The words of a problem (RFC 9457).
std::string words_of(const std::string& body) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (!problem.is_object()) return "";
  std::string text;
  for (const char* name : {"title", "detail"}) {
    const auto found = problem.find(name);
    if (found == problem.end() || !found->is_string()) continue;
    text += (text.empty() ? "" : ": ") + found->get<std::string>();
  }
  if (const auto common = problem.find("lastCommonPosition"); common != problem.end() && common->is_number_unsigned()) {
    text += " (lastCommonPosition " + std::to_string(common->get<std::uint64_t>()) + ")";
  }
  return text;
}

}  // namespace

std::optional<std::string> server_fault(const server_settings& settings) {
  const std::unique_ptr<CURLU, free_url> parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  if (curl_url_set(parsed.get(), CURLUPART_URL, settings.url.c_str(), 0) != CURLUE_OK) return "is no URL";
  const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") return "must begin with http:// or https://";
  const std::string path = part_of(parsed.get(), CURLUPART_PATH);
  if (!(path.empty() || path == "/") || !part_of(parsed.get(), CURLUPART_QUERY).empty() ||
      !part_of(parsed.get(), CURLUPART_FRAGMENT).empty() || !part_of(parsed.get(), CURLUPART_USER).empty()) {
    return "must be the server's scheme, host and port alone, such as http://127.0.0.1:8080";
  }
  if (scheme == "http" && !settings.token.empty() && !settings.insecure &&
      !is_loopback(part_of(parsed.get(), CURLUPART_HOST))) {
    return "would send the token without encryption to another machine: use https://, or give --insecure";
  }
  return std::nullopt;
}

struct server_client::handles {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;
  handles() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) easy = curl_easy_init();
    if (easy != nullptr) multi = curl_multi_init();
    if (multi == nullptr) throw std::bad_alloc();
  }
  handles(const handles&) = delete;
  handles& operator=(const handles&) = delete;
  ~handles() {
    curl_multi_cleanup(multi);
    curl_easy_cleanup(easy);
  }
};

/// What arrives of one answer.
struct server_client::receiving {
  CURL* of = nullptr;
  const std::function<result<>(std::string_view)>* take = nullptr;  ///< null: the body is kept
  const std::function<result<>()>* idle = nullptr;
  std::uint64_t from = 0;
  answer got;
  std::optional<error> fault;  ///< of take or idle
  bool too_long = false;

  [[nodiscard]] bool is_taken() const {
    long status = 0;
    curl_easy_getinfo(of, CURLINFO_RESPONSE_CODE, &status);
    return take != nullptr && status >= status_ok && status < status_ended;
  }
  static std::size_t body(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& into = *static_cast<receiving*>(to);
    if (into.is_taken()) {
      if (auto taken = (*into.take)({bytes, count}); !taken) {
        into.fault = taken.error();
        return 0;
      }
      return count;
    }
    into.too_long = into.got.body.size() + count > small_answer_bytes_max;
    if (into.too_long) return 0;
    into.got.body.append(bytes, count);
    return count;
  }
  static std::size_t head(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& into = *static_cast<receiving*>(to);
    std::string line(bytes, count);
    constexpr std::string_view name = "repr-digest:", begin = "sha-256=:";
    for (std::size_t i = 0; i < name.size() && i < line.size(); ++i) {
      line[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(line[i])));
    }
    if (!line.starts_with(name)) return count;
    const auto first = line.find(begin);
    const auto last = first == line.npos ? first : line.find(':', first + begin.size());
    if (last == line.npos) return count;
    const auto decoded = schema::from_base64(line.substr(first + begin.size(), last - first - begin.size()));
    if (decoded) into.got.digest = hexadecimal(*decoded);
    return count;
  }
};

server_client::server_client(const server_settings& settings, const std::atomic<bool>* stop)
    : settings_(settings), stop_(stop), handles_(std::make_unique<handles>()) {
  // A write to a connection that the server has closed is an error of the write; the signal would end the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
}

server_client::~server_client() = default;

result<server_client::answer> server_client::send(std::string_view method, const std::string& path) {
  receiving into;
  return perform(method, path, into);
}

result<> server_client::stream(const std::string& path, std::uint64_t from,
                               const std::function<result<>(std::string_view)>& take,
                               const std::function<result<>()>& idle) {
  receiving into;
  into.take = &take;
  into.from = from;
  if (idle) into.idle = &idle;
  const auto done = perform("GET", path, into);
  return done ? result<>{} : result<>{done.error()};
}

result<server_client::answer> server_client::perform(std::string_view method, const std::string& path,
                                                     receiving& into) {
  CURL* const easy = handles_->easy;
  last_status_ = 0;
  curl_easy_reset(easy);
  into.of = easy;
  std::string url = settings_.url;
  while (url.ends_with('/')) url.pop_back();
  const auto unavailable = [&](const std::string& why) {
    return error{errc::unavailable, url + " does not answer: " + why};
  };
  url += path;
  std::array<char, CURL_ERROR_SIZE> why{};
  curl_slist* fields = nullptr;
  const auto add_field = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(fields, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    fields = longer;
  };
  add_field("Expect:");
  if (!settings_.token.empty()) add_field("Authorization: Bearer " + settings_.token);
  if (into.from > 0) add_field("Range: bytes=" + std::to_string(into.from) + "-");
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owned(fields, &curl_slist_free_all);
  const std::string verb(method);
  const auto set = [&](CURLoption option, auto value) { return curl_easy_setopt(easy, option, value) == CURLE_OK; };
  bool is_set = set(CURLOPT_URL, url.c_str()) && set(CURLOPT_PROTOCOLS_STR, "http,https") &&
                set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_HTTPHEADER, fields) &&
                set(CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds) && set(CURLOPT_LOW_SPEED_LIMIT, 1L) &&
                set(CURLOPT_LOW_SPEED_TIME, silent_seconds) && set(CURLOPT_TCP_KEEPALIVE, 1L) &&
                set(CURLOPT_SSL_VERIFYPEER, 1L) && set(CURLOPT_SSL_VERIFYHOST, 2L) && set(CURLOPT_USERAGENT, "weir") &&
                set(CURLOPT_WRITEFUNCTION, &receiving::body) && set(CURLOPT_WRITEDATA, &into) &&
                set(CURLOPT_HEADERFUNCTION, &receiving::head) && set(CURLOPT_HEADERDATA, &into) &&
                set(CURLOPT_ERRORBUFFER, why.data()) && set(CURLOPT_NOPROXY, "*") &&
                (settings_.ca_file.empty() || set(CURLOPT_CAINFO, settings_.ca_file.c_str()));
  if (verb == "HEAD") {
    is_set = is_set && set(CURLOPT_NOBODY, 1L);
  } else if (verb != "GET") {
    is_set = is_set && set(CURLOPT_CUSTOMREQUEST, verb.c_str());
    if (verb == "POST") is_set = is_set && set(CURLOPT_POSTFIELDS, "") && set(CURLOPT_POSTFIELDSIZE, 0L);
  }
  if (settings_.bytes_per_second > 0 && into.take != nullptr) {
    is_set = is_set && set(CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(settings_.bytes_per_second));
  }
  if (!is_set || curl_multi_add_handle(handles_->multi, easy) != CURLM_OK) return unavailable("libcurl failed");

  int running = 1;
  while (running > 0) {
    if (is_stopped(stop_)) into.fault = error{errc::unavailable, "it was stopped"};
    if (into.fault) break;
    if (curl_multi_perform(handles_->multi, &running) != CURLM_OK) break;
    if (running > 0 && curl_multi_poll(handles_->multi, nullptr, 0, poll_milliseconds, nullptr) != CURLM_OK) break;
    if (into.idle != nullptr && !into.fault) {
      if (auto went_on = (*into.idle)(); !went_on) into.fault = went_on.error();
    }
  }
  std::optional<CURLcode> ended;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(handles_->multi, &left)) {
    if (message->msg == CURLMSG_DONE) ended = message->data.result;
  }
  curl_multi_remove_handle(handles_->multi, easy);
  if (into.fault) return *into.fault;
  if (into.too_long) return error{errc::invalid, url + ": the answer is too long"};
  if (!ended) return unavailable("libcurl failed");
  if (*ended != CURLE_OK) return unavailable(why[0] != '\0' ? why.data() : curl_easy_strerror(*ended));
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  into.got.status = last_status_ = static_cast<int>(status);
  if (status >= status_ok && status < status_ended) return std::move(into.got);
  const std::string said = words_of(into.got.body);
  const std::string text = url + ": the server answered " + std::to_string(status) + (said.empty() ? "" : ": " + said);
  switch (status) {
    case status_not_found:
      return error{errc::not_found, text};
    case status_gone:
      return error{errc::stale, text};
    case status_bad_gateway:  // of a proxy, as is the last one
    case status_unavailable:
    case status_gateway_timeout:
      return error{errc::unavailable, text};
    default:
      return error{errc::invalid, text};
  }
}

}  // namespace weir::backup
