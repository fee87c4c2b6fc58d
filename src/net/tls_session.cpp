#include "net/tls_session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>

#include <boost/asio/error.hpp>
#include <openssl/err.h>
#include <sys/socket.h>

#include "net/openssl.hpp"
#include "net/tls_identity.hpp"

namespace weir::net {
namespace {

/// The type of a handshake record.
constexpr char first_byte_of_tls = 0x16;
/// The maximum of a record.
constexpr std::size_t record_bytes_max = 16u << 10;

boost::system::error_code system_error(int number) { return {number, boost::system::system_category()}; }

bool would_block(int number) { return number == EAGAIN || number == EWOULDBLOCK || number == EINTR; }

/// The bytes for the next record: those after the first `done`, as many as fit. Small parts are copied together, because
/// each record costs 22 bytes and a system call. The view is valid until the next call on this thread.
std::string_view next_record(std::span<const boost::asio::const_buffer> from, std::size_t done) {
  thread_local std::array<char, record_bytes_max> gathered;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::size_t skipped = std::min(done, from[i].size());
    done -= skipped;
    const char* begin = static_cast<const char*>(from[i].data()) + skipped;
    const std::size_t count = std::min(from[i].size() - skipped, record_bytes_max - bytes);
    if (count == 0) continue;
    if (bytes == 0 && (count == record_bytes_max || i + 1 == from.size())) return {begin, count};
    std::memcpy(gathered.data() + bytes, begin, count);
    bytes += count;
  }
  return {gathered.data(), bytes};
}

}  // namespace

/// Connects OpenSSL to the socket. OpenSSL's own BIO could raise SIGPIPE. And it would use the descriptor's number after
/// the socket was closed, when the number may belong to another connection.
struct tls_session::socket_bio {
  static int read(BIO* bio, char* into, int bytes) {
    tls_session& self = *static_cast<tls_session*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(self.socket_.native_handle(), into, static_cast<std::size_t>(bytes), 0);
    self.socket_at_end_ = got == 0;
    if (got >= 0) return static_cast<int>(got);
    if (would_block(errno)) {
      BIO_set_retry_read(bio);
    } else {
      self.socket_error_ = errno;
    }
    return -1;
  }
  static int write(BIO* bio, const char* from, int bytes) {
    tls_session& self = *static_cast<tls_session*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(self.socket_.native_handle(), from, static_cast<std::size_t>(bytes), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<int>(sent);
    if (would_block(errno)) {
      BIO_set_retry_write(bio);
    } else {
      self.socket_error_ = errno;
    }
    return -1;
  }
  static long control(BIO* bio, int what, long, void*) {
    if (what == BIO_CTRL_FLUSH) return 1;
    if (what == BIO_CTRL_EOF) return static_cast<tls_session*>(BIO_get_data(bio))->socket_at_end_ ? 1 : 0;
    return 0;
  }
  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* of_a_socket = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of Weir");
      if (of_a_socket == nullptr) throw std::bad_alloc();
      BIO_meth_set_read(of_a_socket, read);
      BIO_meth_set_write(of_a_socket, write);
      BIO_meth_set_ctrl(of_a_socket, control);
      return of_a_socket;
    }();
    return made;
  }
};

void tls_session::free_ssl::operator()(ssl_st* ssl) const { SSL_free(ssl); }

tls_session::tls_session(const tls_identity& as, tcp_socket& over, const std::vector<std::string>& protocols)
    : socket_(over), protocols_(protocols), ssl_(SSL_new(as.context().get())) {
  if (!ssl_) throw std::bad_alloc();
  SSL_set_app_data(ssl_.get(), this);
  BIO* bio = BIO_new(socket_bio::method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);  // which owns it
  SSL_set_accept_state(ssl_.get());
}

tls_session::~tls_session() {
  if (!established_ || end_sent_ || broken_ || !socket_.is_open()) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

tls_session& tls_session::of(const ssl_st* ssl) { return *static_cast<tls_session*>(SSL_get_app_data(ssl)); }

/// Nothing once the client is known to speak TLS. Otherwise its bytes stay in the socket, for a plain answer.
std::optional<tls_session::progress> tls_session::look_at_first_byte() {
  if (begun_) return std::nullopt;
  char first = 0;
  const ssize_t got = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK);
  if (got < 0 && would_block(errno)) return progress{wait::readable, 0, {}};
  if (got <= 0) {
    fault_ = handshake_fault::closed;
    return progress{wait::none, 0, got == 0 ? boost::asio::error::eof : system_error(errno)};
  }
  if (first != first_byte_of_tls) {
    fault_ = handshake_fault::not_tls;
    return progress{wait::none, 0, boost::asio::error::connection_aborted};
  }
  begun_ = true;
  return std::nullopt;
}

tls_session::progress tls_session::shake_hands() {
  if (auto early = look_at_first_byte()) return *early;
  ERR_clear_error();
  const progress made = outcome(SSL_do_handshake(ssl_.get()), 0);
  established_ = made.next == wait::none && !made.code;
  return made;
}

tls_session::progress tls_session::read(boost::asio::mutable_buffer into) {
  if (broken_) return {wait::none, 0, boost::asio::error::connection_aborted};
  ERR_clear_error();
  std::size_t bytes = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
  return outcome(returned, bytes);
}

tls_session::progress tls_session::write(std::span<const boost::asio::const_buffer> from) {
  if (broken_) return {wait::none, 0, boost::asio::error::connection_aborted};
  std::size_t sent = 0;
  while (true) {
    const std::string_view record = next_record(from, sent);
    if (record.empty()) return {wait::none, sent, {}};
    ERR_clear_error();
    std::size_t bytes = 0;
    const int returned = SSL_write_ex(ssl_.get(), record.data(), record.size(), &bytes);
    progress made = outcome(returned, bytes);
    sent += made.bytes;
    made.bytes = sent;
    if (made.next != wait::none || made.code) return made;
  }
}

tls_session::progress tls_session::end_sending() {
  if (broken_) return {wait::none, 0, boost::asio::error::connection_aborted};
  ERR_clear_error();
  const int returned = SSL_shutdown(ssl_.get());
  const progress made = returned == 0 ? progress{} : outcome(returned, 0);  // 0: the client's own end is to come
  end_sent_ = made.next == wait::none && !made.code;
  return made;
}

tls_session::arrived tls_session::look() {
  if (broken_) return arrived::end;
  ERR_clear_error();
  char next = 0;
  std::size_t bytes = 0;
  const int returned = SSL_peek_ex(ssl_.get(), &next, 1, &bytes);
  const progress seen = outcome(returned, bytes);
  if (seen.next != wait::none) return arrived::nothing;
  return seen.code ? arrived::end : arrived::bytes;
}

tls_session::progress tls_session::outcome(int returned, std::size_t bytes) {
  if (returned > 0) return {wait::none, bytes, {}};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {wait::readable, 0, {}};
    case SSL_ERROR_WANT_WRITE:
      return {wait::writable, 0, {}};
    case SSL_ERROR_ZERO_RETURN:
      if (!established_) fault_ = handshake_fault::closed;
      return {wait::none, 0, boost::asio::error::eof};
    default:
      break;
  }
  broken_ = true;
  if (!established_) {
    fault_ = reason_of_failure();
    fault_text_ = openssl::take_error();
  }
  ERR_clear_error();
  return {wait::none, 0, socket_error_ != 0 ? system_error(socket_error_) : boost::asio::error::connection_aborted};
}

/// Reads OpenSSL's error queue, so it comes before the queue is cleared.
handshake_fault tls_session::reason_of_failure() const {
  const unsigned long code = ERR_peek_error();
  if (code == 0 || socket_at_end_ || socket_error_ != 0) return handshake_fault::closed;
  const int reason = ERR_GET_REASON(code);
  if (reason >= SSL_AD_REASON_OFFSET) return handshake_fault::refused_by_client;
  switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_INAPPROPRIATE_FALLBACK:
      return handshake_fault::version;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_SHARED_GROUPS:
      return handshake_fault::cipher;
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return handshake_fault::alpn;
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
    case SSL_R_CA_MD_TOO_WEAK:
      return handshake_fault::client_certificate;
    default:
      return handshake_fault::malformed;
  }
}

std::optional<peer_certificate> tls_session::peer() const {
  const X509* shown = SSL_get0_peer_certificate(ssl_.get());
  if (shown == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return std::nullopt;
  return to_peer_certificate(shown);
}

std::string tls_session::description() const {
  return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

}  // namespace weir::net
