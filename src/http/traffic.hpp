#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>

#include "http/message.hpp"
#include "net/protocol.hpp"

namespace weir::http {

/// Statuses with a counter of their own; all others count as the last entry, 0.
inline constexpr std::array counted_statuses{200, 202, 204, 206, 301, 304, 400, 401, 403, 404, 405, 406, 408,
                                             409, 412, 413, 414, 415, 421, 422, 429, 431, 500, 501, 503, 0};
/// Upper bounds of the latency histogram, in seconds.
inline constexpr std::array latency_bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                           0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};

/// The kinds of event feeds.
enum class feed_kind { pages, lines, server_sent };
inline constexpr std::size_t feed_kind_count = 3;

/// The counters of one thread of the server. Only that thread writes, so that no two threads share a cache line.
class traffic_shard final : public net::observer {
 public:
  explicit traffic_shard(std::size_t routes);

  /// A request was answered. `route` is a route's index, or the number of routes for none.
  void answered(std::size_t route, method which, int status, std::chrono::nanoseconds took);
  void received(std::size_t bytes) override { add(received_bytes_, bytes); }
  void sent(std::size_t bytes) override { add(sent_bytes_, bytes); }
  void connection_opened() override { add(opened_, 1); }
  void connection_closed() override { add(closed_, 1); }
  void connection_refused() override { add(refused_, 1); }
  void accept_failed() override { add(accept_failed_, 1); }
  void handshake_done() override { add(handshakes_, 1); }
  void handshake_failed(net::handshake_fault why) override { add(handshake_faults_[static_cast<std::size_t>(why)], 1); }
  void feed_begun(feed_kind kind) { add(feeds_[static_cast<std::size_t>(kind)].begun, 1); }
  void feed_ended(feed_kind kind) { add(feeds_[static_cast<std::size_t>(kind)].ended, 1); }
  void events_sent(feed_kind kind, std::size_t count) { add(feeds_[static_cast<std::size_t>(kind)].events, count); }

 private:
  friend class traffic;
  using counter = std::atomic<std::uint64_t>;
  /// No read-modify-write: there is one writer.
  static void add(counter& to, std::uint64_t more) {
    to.store(to.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  /// The answers of one route, method and status.
  struct series {
    std::array<counter, latency_bounds.size() + 1> latencies{};
    counter nanoseconds{};
  };
  /// Made when first needed: most methods of most routes are never used.
  struct series_place {
    std::atomic<series*> made{};
    ~series_place() { delete made.load(); }
  };
  struct feed_counters {
    counter begun{}, ended{}, events{};
  };
  [[nodiscard]] static std::size_t index_of(std::size_t route, std::size_t which, std::size_t status) {
    return (route * method_count + which) * counted_statuses.size() + status;
  }

  std::vector<series_place> places_;
  std::array<feed_counters, feed_kind_count> feeds_;
  counter received_bytes_{}, sent_bytes_{}, opened_{}, closed_{}, refused_{}, accept_failed_{}, handshakes_{};
  std::array<counter, net::handshake_fault_count> handshake_faults_{};
};

/// Counts an exchange as a subscriber, as long as it lives.
class feed_in_use {
 public:
  feed_in_use(traffic_shard& in, feed_kind kind) : shard_(in), kind_(kind) { shard_.feed_begun(kind_); }
  feed_in_use(const feed_in_use&) = delete;
  feed_in_use& operator=(const feed_in_use&) = delete;
  ~feed_in_use() { shard_.feed_ended(kind_); }

 private:
  traffic_shard& shard_;
  feed_kind kind_;
};

/// The server's metrics, collected from all threads on request.
class traffic : public prometheus::Collectable {
 public:
  /// Sets the names of the routes. To be called once, before the first shard.
  void name_routes(std::vector<std::string> patterns);
  /// A shard that lives as long as this does.
  [[nodiscard]] traffic_shard& add_shard();

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  [[nodiscard]] prometheus::ClientMetric::Histogram histogram_of(std::size_t route, std::size_t which,
                                                                 std::size_t status) const;
  void add_feeds(std::vector<prometheus::MetricFamily>& to) const;
  void add_handshake_failures(std::vector<prometheus::MetricFamily>& to) const;

  mutable std::mutex mutex_;
  std::vector<std::string> patterns_;
  std::vector<std::unique_ptr<traffic_shard>> shards_;
};

}  // namespace weir::http
