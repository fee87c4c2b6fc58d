// TLS by OpenSSL's own client against a server of a small protocol. Certificates are made by the program openssl.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.hpp"
#include "net/server.hpp"
#include "net/tls_identity.hpp"

namespace weir::net {
namespace {

using testing::HasSubstr;

/// A directory with certificates, made once.
class certificates {
 public:
  certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-tls-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory");
    directory_ = pattern;
    std::ofstream(directory_ / "openssl.cnf") << "[req]\ndistinguished_name=dn\n[dn]\n";
    make("ca", "/CN=authority", "-addext basicConstraints=critical,CA:TRUE");
    sign("server", "/CN=server", "-addext subjectAltName=IP:127.0.0.1");
    sign("other", "/CN=other", "");
    sign("client", "/O=Example, Inc./CN=billing/CN=second",
         "-addext extendedKeyUsage=clientAuth -addext subjectAltName=DNS:billing.example,DNS:b.example,"
         "URI:spiffe://example.org/billing,email:billing@example.org,IP:192.0.2.7,IP:2001:db8::7");
  }
  ~certificates() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] tls_files files(const std::string& name) const {
    return {*this / (name + ".pem"), *this / (name + ".key"), {}};
  }

 private:
  void make(const std::string& name, const std::string& subject, const std::string& further) {
    const std::string command = "cd " + directory_.string() +
                                " && openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt "
                                "ec_paramgen_curve:P-256 -nodes -days 30 -keyout " +
                                name + ".key -out " + name + ".pem -subj '" + subject + "' " + further +
                                " 2> /dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }
  void sign(const std::string& name, const std::string& subject, const std::string& further) {
    make(name, subject, "-CA ca.pem -CAkey ca.key -addext basicConstraints=CA:FALSE " + further);
  }
  std::filesystem::path directory_;
};

const certificates& made() {
  static const certificates all;
  return all;
}

/// Sends back what it gets; of the first line "who" what the client showed.
class mirror : public protocol {
 public:
  struct nobody : observer {};
  task<> serve(std::unique_ptr<connection> over) override {
    try {
      while (true) {
        const auto room = over->room(1u << 20);
        if (!room) co_return;
        over->begin_wait(steady_clock::now() + std::chrono::seconds(20));
        const auto [code, bytes] = co_await over->receive(*room);
        over->end_wait(code ? 0 : bytes);
        if (code) break;
        over->received(bytes);
        const bool asks = over->input() == "who";
        const std::string answer = asks ? told(over->peer().get()) : std::string(over->input());
        over->consume(over->input().size());
        co_await over->send({answer, "", ""}, steady_clock::now() + std::chrono::seconds(20));
      }
      co_await over->linger(std::chrono::seconds(5));
    } catch (const connection_lost&) {
    }
  }
  task<> refuse(std::unique_ptr<connection>) override { co_return; }
  observer& counts() override { return nobody_; }

  static std::string told(const peer_certificate* peer) {
    if (peer == nullptr) return "nobody";
    std::string text = peer->subject + '\n';
    for (const auto* names : {&peer->dns_names, &peer->uris, &peer->email_addresses}) {
      for (const std::string& each : *names) text += each + ' ';
      text += '\n';
    }
    const auto left = peer->valid_until - std::chrono::system_clock::now();
    return text +
           (left > std::chrono::hours(29 * 24) && left <= std::chrono::hours(30 * 24) ? "30 days." : "not 30 days.");
  }

 private:
  nobody nobody_;
};

/// A blocking client.
class tls_client {
 public:
  explicit tls_client(std::uint16_t port, const std::string& shown = "") : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_load_verify_locations(context_, (made() / "ca.pem").c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    if (!shown.empty()) {
      SSL_CTX_use_certificate_chain_file(context_, (made() / (shown + ".pem")).c_str());
      SSL_CTX_use_PrivateKey_file(context_, (made() / (shown + ".key")).c_str(), SSL_FILETYPE_PEM);
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("no connection");
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    if (SSL_connect(ssl_) != 1) throw std::runtime_error("no handshake");
  }
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;
  ~tls_client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(socket_);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
      if (sent <= 0) throw std::runtime_error("not sent");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void finish_sending() { SSL_shutdown(ssl_); }
  std::string read(std::size_t bytes) {
    std::string all(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      const int got = SSL_read(ssl_, all.data() + done, static_cast<int>(bytes - done));
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    all.resize(done);
    return all;
  }
  /// Whether the end is one that TLS told.
  bool is_ended() {
    char one = 0;
    ERR_clear_error();
    return SSL_get_error(ssl_, SSL_read(ssl_, &one, 1)) == SSL_ERROR_ZERO_RETURN;
  }
  std::string subject() {
    X509* shown = SSL_get1_peer_certificate(ssl_);
    std::array<char, 256> text{};
    X509_NAME_oneline(X509_get_subject_name(shown), text.data(), text.size());
    X509_free(shown);
    return text.data();
  }

 private:
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  int socket_ = -1;
};

class a_tls_server : public testing::Test {
 protected:
  a_tls_server() {
    tls_files files = made().files("server");
    files.client_authorities = made() / "ca.pem";
    identity_ = tls_identity::load(files).value();
    server_options options;
    options.tls = identity_;
    server_ = std::make_unique<server>(options, [] { return std::make_unique<mirror>(); });
    port_ = server_->listen({"127.0.0.1", 0, true}).value().port;
    server_->start();
  }
  ~a_tls_server() override { server_->stop(); }

  std::shared_ptr<tls_identity> identity_;
  std::unique_ptr<server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(a_tls_server, tells_its_protocol_what_the_client_showed) {
  tls_client one(port_, "client");
  one.send("who");
  const std::string told =
      "CN=second,CN=billing,O=Example\\, Inc.\nbilling.example b.example \n"
      "spiffe://example.org/billing \nbilling@example.org \n30 days.";
  EXPECT_EQ(one.read(told.size()), told);
  tls_client none(port_);
  none.send("who");
  EXPECT_EQ(none.read(6), "nobody");
}

TEST_F(a_tls_server, sends_back_much_as_it_came) {
  tls_client one(port_);
  std::string sent(8u << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 2654435761u >> 13);
  std::string back;
  constexpr std::size_t piece_bytes = 50'000;  // several records, and what the socket's buffers hold of one
  for (std::size_t at = 0; at < sent.size(); at += piece_bytes) {
    const std::string_view piece = std::string_view(sent).substr(at, piece_bytes);
    one.send(piece);
    back += one.read(piece.size());
  }
  EXPECT_TRUE(back == sent);
}

TEST_F(a_tls_server, says_that_it_ends_a_connection_which_the_client_has_ended) {
  tls_client one(port_);
  one.send("hello");
  EXPECT_EQ(one.read(5), "hello");
  one.finish_sending();
  EXPECT_TRUE(one.is_ended());  // and nothing was sent twice
}

TEST(a_tls_identity, is_kept_if_the_files_are_wrong_and_changed_if_they_are_right) {
  const auto files = made().files("changing");
  const auto put = [&](const std::string& certificate, const std::string& key) {
    const auto over = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(made() / (certificate + ".pem"), files.certificate, over);
    std::filesystem::copy_file(made() / (key + ".key"), files.key, over);
  };
  put("server", "server");
  const auto loaded = tls_identity::load(files).value();
  const auto first = loaded->context();
  put("other", "server");
  const auto failed = loaded->reload();
  ASSERT_TRUE(failed.has_error());
  EXPECT_THAT(failed.error().detail, HasSubstr("does not belong to the (first) certificate"));
  EXPECT_EQ(loaded->context(), first);
  put("other", "other");
  EXPECT_TRUE(loaded->reload().has_value());
  EXPECT_NE(loaded->context(), first);
  EXPECT_GT(loaded->valid_until(), std::chrono::system_clock::now() + std::chrono::hours(24 * 29));
  EXPECT_LE(loaded->valid_from(), std::chrono::system_clock::now());
}

}  // namespace
}  // namespace weir::net
