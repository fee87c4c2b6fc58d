#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/certificates.hpp"

namespace weir::auth::testing {

/// A small server on 127.0.0.1, by HTTP or, with a certificate, by HTTPS: it gives every request the same answer.
class key_server {
 public:
  explicit key_server(const weir::testing::certificate* with = nullptr) {
    if (with != nullptr) {
      tls_.reset(SSL_CTX_new(TLS_server_method()));
      if (SSL_CTX_use_certificate(tls_.get(), with->x509.get()) != 1 ||
          SSL_CTX_use_PrivateKey(tls_.get(), with->key.get()) != 1) {
        throw std::runtime_error("cannot use the certificate");
      }
    }
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~key_server() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    if (held_ >= 0) close(held_);
  }

  void answer_with(const std::string& body, const std::string& status = "200 OK", const std::string& headers = "") {
    const std::lock_guard lock(mutex_);
    answer_ = "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
              "\r\nConnection: close\r\n\r\n" + body;
  }
  /// From now on requests are taken and never answered.
  void hold() { holding_ = true; }

  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
    return (tls_ ? "https://" : "http://") + host + ':' + std::to_string(port_) + "/jwks.json";
  }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  void run() {
    // A client may go while it is written to.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0 || stopping_) {
        if (client >= 0) close(client);
        return;
      }
      if (holding_) {
        ++requests_;
        held_ = client;
        return;
      }
      serve(client);
      close(client);
    }
  }

  void serve(int client) {
    std::unique_ptr<SSL, decltype(&SSL_free)> tls(nullptr, SSL_free);
    if (tls_) {
      tls.reset(SSL_new(tls_.get()));
      SSL_set_fd(tls.get(), client);
      if (SSL_accept(tls.get()) != 1) return;
    }
    std::string request;
    std::array<char, 4'096> piece{};
    while (request.find("\r\n\r\n") == request.npos) {
      const auto count = tls ? SSL_read(tls.get(), piece.data(), piece.size())
                             : static_cast<int>(recv(client, piece.data(), piece.size(), 0));
      if (count <= 0) return;
      request.append(piece.data(), static_cast<std::size_t>(count));
    }
    ++requests_;
    const std::lock_guard lock(mutex_);
    if (tls) {
      SSL_write(tls.get(), answer_.data(), static_cast<int>(answer_.size()));
      SSL_shutdown(tls.get());
    } else {
      std::string_view rest = answer_;
      while (!rest.empty()) {
        const auto sent = send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls_{nullptr, SSL_CTX_free};
  int listener_ = -1, held_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::string answer_ = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  std::atomic<int> requests_{0};
  std::atomic<bool> stopping_{false}, holding_{false};
  std::thread thread_;
};

}  // namespace weir::auth::testing
