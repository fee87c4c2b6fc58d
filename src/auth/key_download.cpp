#include "auth/key_download.hpp"

#include <array>
#include <csignal>
#include <ctime>
#include <new>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <curl/curl.h>

namespace weir::auth {
namespace {

constexpr std::size_t document_bytes_max = 256u << 10;
constexpr long connect_milliseconds = 5'000, whole_milliseconds = 10'000;

struct free_url {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct free_easy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

/// A part of a URL; nothing if it has none.
std::optional<std::string> part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_loopback(const std::string& host) {
  std::array<unsigned char, 4> address{};
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1) return address[0] == 127;
  return host == "[::1]" || host == "localhost";
}

/// Takes what has arrived. Taking less than all of it ends the transfer.
std::size_t take(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& document = *static_cast<std::string*>(to);
  if (document.size() + count > document_bytes_max) return 0;
  document.append(bytes, count);
  return count;
}

/// While it is there, a write to a connection that the server has closed raises no SIGPIPE on this thread: TLS writes so,
/// and the signal would end the process. Without signal handlers (CURLOPT_NOSIGNAL) libcurl leaves this to its user.
class no_broken_pipe {
 public:
  no_broken_pipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  no_broken_pipe(const no_broken_pipe&) = delete;
  no_broken_pipe& operator=(const no_broken_pipe&) = delete;
  ~no_broken_pipe() {
    constexpr timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0) (void)sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{}, before_{};
};

error unavailable(const std::string& url, const std::string& why) {
  return {errc::unavailable, "cannot fetch the keys of " + url + ": " + why};
}

}  // namespace

struct key_download::multi_handle {
  CURLM* handle = nullptr;
  multi_handle() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) handle = curl_multi_init();
    if (handle == nullptr) throw std::bad_alloc();
  }
  multi_handle(const multi_handle&) = delete;
  multi_handle& operator=(const multi_handle&) = delete;
  ~multi_handle() { curl_multi_cleanup(handle); }
};

std::optional<std::string> key_url_fault(const std::string& url) {
  const std::unique_ptr<CURLU, free_url> parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "is no URL";
  const auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  const auto host = part_of(parsed.get(), CURLUPART_HOST).value_or("");
  if (scheme != "https" && !(scheme == "http" && is_loopback(host))) return "must begin with https://";
  for (const auto part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT}) {
    if (part_of(parsed.get(), part)) return "must have no user and no fragment";
  }
  return std::nullopt;
}

key_download::key_download(key_source source) : source_(std::move(source)), multi_(std::make_unique<multi_handle>()) {}

key_download::~key_download() = default;

void key_download::cancel() {
  cancelled_ = true;
  curl_multi_wakeup(multi_->handle);
}

result<std::string> key_download::fetch() {
  const no_broken_pipe ignored;
  const std::unique_ptr<CURL, free_easy> easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  std::string document;
  std::array<char, CURL_ERROR_SIZE> why{};
  const auto set = [&](CURLoption option, auto value) {
    return curl_easy_setopt(easy.get(), option, value) == CURLE_OK;
  };
  const bool is_https = source_.url.size() > 6 && (source_.url[4] == 's' || source_.url[4] == 'S');
  const bool is_set =
      set(CURLOPT_URL, source_.url.c_str()) && set(CURLOPT_PROTOCOLS_STR, is_https ? "https" : "http") &&
      set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_FAILONERROR, 1L) &&
      set(CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds) && set(CURLOPT_TIMEOUT_MS, whole_milliseconds) &&
      set(CURLOPT_MAXFILESIZE, static_cast<long>(document_bytes_max)) && set(CURLOPT_SSL_VERIFYPEER, 1L) &&
      set(CURLOPT_SSL_VERIFYHOST, 2L) && set(CURLOPT_USERAGENT, "weir") && set(CURLOPT_WRITEFUNCTION, &take) &&
      set(CURLOPT_WRITEDATA, &document) && set(CURLOPT_ERRORBUFFER, why.data()) &&
      (is_https || set(CURLOPT_NOPROXY, "*")) &&
      (source_.ca_file.empty() || set(CURLOPT_CAINFO, source_.ca_file.c_str()));
  if (!is_set) return unavailable(source_.url, "libcurl lacks an option");

  if (curl_multi_add_handle(multi_->handle, easy.get()) != CURLM_OK) return unavailable(source_.url, "libcurl failed");
  int running = 1;
  while (running > 0 && !cancelled_) {
    if (curl_multi_perform(multi_->handle, &running) != CURLM_OK) break;
    if (running > 0 && curl_multi_poll(multi_->handle, nullptr, 0, whole_milliseconds, nullptr) != CURLM_OK) break;
  }
  std::optional<CURLcode> ended;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_->handle, &left)) {
    if (message->msg == CURLMSG_DONE) ended = message->data.result;
  }
  curl_multi_remove_handle(multi_->handle, easy.get());
  if (cancelled_) return unavailable(source_.url, "cancelled");
  if (!ended) return unavailable(source_.url, "libcurl failed");
  if (*ended == CURLE_WRITE_ERROR) return unavailable(source_.url, "the document has more than 256 KiB");
  if (*ended != CURLE_OK) return unavailable(source_.url, why[0] != '\0' ? why.data() : curl_easy_strerror(*ended));
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return unavailable(source_.url, "the answer is " + std::to_string(status));
  return document;
}

}  // namespace weir::auth
