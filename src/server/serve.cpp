#include "server/serve.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <thread>

#include <prometheus/registry.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "api/api.hpp"
#include "api/backups.hpp"
#include "api/docs.hpp"
#include "engine/engine.hpp"
#include "http/server.hpp"
#include "rpc/server.hpp"
#include "server/access.hpp"
#include "server/backup_metrics.hpp"
#include "server/build_info.hpp"
#include "server/descriptors.hpp"
#include "server/logging.hpp"
#include "server/openapi_command.hpp"
#include "server/process_metrics.hpp"
#include "server/projection_metrics.hpp"
#include "server/reloads.hpp"
#include "server/signals.hpp"
#include "server/storage.hpp"
#include "server/tls.hpp"
#include "server/verification.hpp"
#include "server/version.hpp"
#include "verify/stored_schema.hpp"

namespace weir {
namespace {

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

http::server_options server_options_of(const serve_settings& settings, const descriptor_shares& shares) {
  http::server_options options;
  options.threads = settings.threads;
  options.cors_origins = settings.cors_origins;
  options.strict_transport = std::chrono::seconds(settings.hsts_seconds);
  options.connections_max = shares.connections;
  options.refusals_max = shares.refusals;
  options.body_bytes_max = settings.body_bytes;
  options.headers_bytes_max = settings.headers_bytes;
  options.request_deadline = milliseconds(settings.request_seconds);
  options.idle_deadline = milliseconds(settings.idle_seconds);
  options.write_deadline = milliseconds(settings.write_seconds);
  options.drain_deadline = milliseconds(settings.drain_seconds);
  options.heartbeat = milliseconds(settings.heartbeat_seconds);
  return options;
}

engine_options engine_options_of(const serve_settings& settings) {
  engine_options options;
  options.queued_commands_max = settings.queued_commands;
  options.cached_aggregates_max = settings.cached_aggregates;
  return options;
}

backup::service_options backup_options_of(const serve_settings& settings) {
  backup::service_options options;
  options.data = settings.data;
  options.directory = settings.backup_directory;
  options.bytes_per_second = settings.backup_rate_mebibytes << 20;
  options.keep = settings.backup_keep;
  options.version = version_text;
  return options;
}

rpc::server_options rpc_options_of(const serve_settings& settings, const descriptor_shares& shares) {
  rpc::server_options options;
  options.threads = settings.threads;
  options.connections_max = shares.connections;
  // As much more than a body over HTTP as a call has around its command.
  options.message_bytes_max = settings.body_bytes + (limits::rpc_message_bytes_max - limits::request_body_bytes_max);
  options.request_deadline = milliseconds(settings.request_seconds);
  options.write_deadline = milliseconds(settings.write_seconds);
  options.drain_deadline = milliseconds(settings.drain_seconds);
  return options;
}

/// An address to listen on. It must be of this machine unless callers are authenticated and their credentials encrypted,
/// or the operator insists.
result<net::address> listening_address(const std::string& option, const std::string& text,
                                       const serve_settings& settings) {
  const auto address = net::read_address(text);
  if (!address) return error{errc::invalid, option + ": " + address.error().detail};
  if (address->loopback || settings.insecure) return *address;
  if (settings.access_file.empty()) {
    return error{errc::invalid, option + " " + text +
                                    " can be reached from other machines, and callers are not authenticated: listen "
                                    "on 127.0.0.1 behind an authenticating proxy, or give --auth or --insecure"};
  }
  if (settings.tls.certificate.empty()) {
    return error{errc::invalid, option + " " + text +
                                    " can be reached from other machines, and credentials would be sent to it without "
                                    "encryption: give --tls-certificate and --tls-key, or --insecure if a proxy in "
                                    "front of it does TLS"};
  }
  return *address;
}

/// The hosts that HTTP requests may be for. On loopback, without authentication, the names of loopback: a browser lets pages
/// of other sites reach it. Elsewhere the names are not known unless the operator gives them, and a page of another site
/// has no credential.
http::allowed_hosts hosts_of(const serve_settings& settings, const net::address& listening) {
  const auto& named = settings.allowed_hosts;
  const bool all = std::find(named.begin(), named.end(), "*") != named.end();
  const bool is_guarded = listening.loopback && settings.access_file.empty();
  if (all || (named.empty() && !is_guarded)) return {};
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "[::1]"};
  hosts.push_back(listening.host.find(':') == std::string::npos ? listening.host : "[" + listening.host + "]");
  hosts.insert(hosts.end(), named.begin(), named.end());
  return http::allowed_hosts(std::move(hosts));
}

/// For answers that wait for their client: metrics of many routes.
constexpr std::size_t operations_memory = 8u << 20;

/// A server for health and metrics alone. Neither the connections nor the threads of the others can be in its way.
http::server_options operations_options_of(http::server_options options, const serve_settings& settings,
                                           const descriptor_shares& shares, const net::address& listening) {
  options.name = "operations";
  options.threads = 1;
  options.connections_max = shares.operations_connections;
  options.refusals_max = 0;
  options.hosts = hosts_of(settings, listening);
  options.cors_origins.clear();
  options.bodies = std::make_shared<memory_budget>(operations_memory);
  return options;
}

/// The memory that the bodies of HTTP and RPC share.
result<std::shared_ptr<memory_budget>> memory_for_bodies(const serve_settings& settings) {
  const std::size_t bytes = settings.bodies_mebibytes << 20;
  if (bytes >= 4 * settings.body_bytes) return std::make_shared<memory_budget>(bytes);
  return error{errc::invalid, "--bodies-mebibytes " + std::to_string(settings.bodies_mebibytes) +
                                  " is less than four times --body-bytes " + std::to_string(settings.body_bytes)};
}

error cannot_listen(const error& why, const std::string& option) {
  return {why.code,
          why.detail + "; choose another address with " + option + ", or stop the process that uses this one"};
}

constexpr std::chrono::seconds migration_report_interval{2};

/// Writes the ports in use atomically: a process that waits for the file may read it at once.
result<> write_ports_file(const std::filesystem::path& file, std::uint16_t http_port, std::uint16_t rpc_port,
                          std::optional<std::uint16_t> operations_port, std::string_view scheme) {
  const std::filesystem::path unfinished = file.string() + "." + std::to_string(getpid());
  std::ofstream text(unfinished);
  text << R"({"http": )" << http_port << R"(, "rpc": )" << rpc_port;
  if (operations_port) text << R"(, "operations": )" << *operations_port;
  text << R"(, "scheme": ")" << scheme << "\"}\n";
  text.close();
  std::error_code ec;
  if (text) {
    std::filesystem::rename(unfinished, file, ec);
  } else {
    ec.assign(errno, std::generic_category());
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
  }
  if (ec) return error{errc::io, "cannot write --ports-file " + file.string() + ": " + ec.message()};
  return {};
}

}  // namespace

result<> serve(const serve_settings& settings, const catalog& domains) {
  server_signals signals;
  const auto http_address = listening_address("--listen", settings.listen, settings);
  if (!http_address) return http_address.error();
  const auto rpc_address = listening_address("--rpc-listen", settings.rpc_listen, settings);
  if (!rpc_address) return rpc_address.error();
  std::optional<net::address> operations_address;
  if (!settings.operations_listen.empty()) {
    const auto address = listening_address("--operations-listen", settings.operations_listen, settings);
    if (!address) return address.error();
    operations_address = *address;
  }
  const std::size_t descriptor_limit = raise_descriptor_limit();
  const auto shares = share_descriptors(descriptor_limit, settings);
  if (!shares) return shares.error();
  const auto bodies = memory_for_bodies(settings);
  if (!bodies) return bodies.error();
  const auto loaded_tls = load_tls(settings);
  if (!loaded_tls) return loaded_tls.error();
  const std::shared_ptr<net::tls_identity> tls = *loaded_tls;
  set_up_logging(settings.log, settings.log_level);
  for (const std::string& warning : settings.warnings) spdlog::warn("{}", warning);
  const auto checkpoints = load_checkpoint_key(settings.checkpoint_key);
  if (!checkpoints) return checkpoints.error();
  if (shares->connections < settings.connections) {
    // Only somebody who asked for more needs to be warned.
    spdlog::log(settings.connections > limits::connections_max ? spdlog::level::warn : spdlog::level::info,
                "--connections is {} instead of {}: this process may open {} files, and the data needs a share of them",
                shares->connections, settings.connections, descriptor_limit);
  }
  auto guarded = access::open(settings, domains);
  if (!guarded) return guarded.error();
  access& who = **guarded;
  reloads reloadable;
  // The authenticator looks itself for changes of its files: which they are depends on what is in them.
  if (who.authenticates()) reloadable.add("the access file", {}, [&who] { return who.reload(); });
  if (tls) {
    warn_of_certificate(*tls);
    reloadable.add("the TLS certificate", tls->files().all(), [tls]() -> result<> {
      auto loaded = tls->reload();
      if (loaded) warn_of_certificate(*tls);
      return loaded;
    });
  }

  // In the order of their dependencies; they are destroyed in reverse order.
  const auto metrics = std::make_shared<prometheus::Registry>();
  auto stored = open_storage(
      settings, shares->store_files, domains,
      [&, told = std::chrono::steady_clock::time_point{}](position at, position end) mutable {
        if (const auto now = std::chrono::steady_clock::now(); now - told > migration_report_interval) {
          told = now;
          spdlog::info("migrating the data to this version's format: position {} of {}", at.value, end.value);
        }
        return !signals.stop_is_pending();
      });
  if (!stored && signals.stop_is_pending()) {
    spdlog::info("stopped before serving: {}", stored.error().detail);
    return {};
  }
  if (!stored) return stored.error();
  if (const auto audited = who.open_audit_log(settings); !audited) return audited.error();
  warn_if_others_may_read(settings.data);
  show_build_info(*metrics);
  const auto disk_use = std::make_shared<store_metrics>(*stored->store);
  auto opened = engine::open(*stored->log, *stored->state, *metrics, engine_options_of(settings));
  if (!opened) return opened.error();
  engine& engine = **opened;

  backup::service backups(*stored->store, stored->log->identity(), backup_options_of(settings));
  const auto schema = stored_schema_text(*stored->store);
  if (!schema) return schema.error();
  verifier verifying(*stored->state, {settings.data, std::chrono::seconds(settings.verify_every_seconds)});
  const api::warning warn_of_data = [&verifying] { return api::warning_of(verifying); };
  query_threads queries(engine);
  rpc::dispatcher calls(engine, queries, *metrics, who.gate(), who.audit());
  http::router routes;
  const auto traffic = std::make_shared<http::traffic>();
  std::vector<std::shared_ptr<prometheus::Collectable>> shown{metrics,
                                                              traffic,
                                                              disk_use,
                                                              std::make_shared<projection_metrics>(engine),
                                                              std::make_shared<verification_metrics>(verifying),
                                                              std::make_shared<bodies_metrics>(*bodies),
                                                              std::make_shared<process_metrics>()};
  shown.push_back(std::make_shared<backup_metrics>(backups));
  if (tls) shown.push_back(std::make_shared<certificate_metrics>(tls));
  if (who.audit()) shown.push_back(std::make_shared<audit_metrics>(who.audit()));
  std::atomic<bool> stopping = false;
  http::router operations_routes;
  if (operations_address) {
    operations_routes.show_position([&engine] { return engine.head(); });
    api::add_operations(operations_routes, engine, shown, warn_of_data, [&stopping] { return stopping.load(); });
  }
  api::add_api(routes, engine, queries, std::move(shown), warn_of_data);
  api::add_verification(routes, verifying);
  api::add_checkpoint(routes, engine, *checkpoints);
  api::add_calls(routes, calls);
  api::add_backups(routes, backups);
  api::add_commit_stream(routes, engine, *schema);
  api::add_docs(routes, openapi_document(domains));
  http::server_options http_options = server_options_of(settings, *shares);
  rpc::server_options rpc_options = rpc_options_of(settings, *shares);
  http_options.bodies = rpc_options.bodies = *bodies;
  http_options.tls = rpc_options.tls = tls;
  http_options.gate = rpc_options.gate = who.gate();
  http_options.audit = who.audit();
  http_options.hosts = hosts_of(settings, *http_address);
  std::optional<http::server> operations_server;
  if (operations_address) {
    operations_server.emplace(operations_options_of(http_options, settings, *shares, *operations_address),
                              operations_routes, std::make_shared<http::traffic>());
  }
  http::server http_server(std::move(http_options), routes, traffic);
  rpc::server rpc_server(std::move(rpc_options), calls, *metrics);

  const auto http_listening = http_server.listen(*http_address);
  if (!http_listening) return cannot_listen(http_listening.error(), "--listen");
  const auto rpc_listening = rpc_server.listen(*rpc_address);
  if (!rpc_listening) return cannot_listen(rpc_listening.error(), "--rpc-listen");
  const auto woken = who.on_change([&] {
    http_server.wake_all();
    rpc_server.wake_all();
  });
  std::optional<net::address> operations_listening;
  if (operations_server) {
    const auto listening = operations_server->listen(*operations_address);
    if (!listening) return cannot_listen(listening.error(), "--operations-listen");
    operations_listening = *listening;
    operations_server->start();
  }
  http_server.start();
  rpc_server.start();
  const std::string_view scheme = tls ? "https" : "http";
  if (!settings.ports_file.empty()) {
    std::optional<std::uint16_t> operations_port;
    if (operations_listening) operations_port = operations_listening->port;
    const auto written =
        write_ports_file(settings.ports_file, http_listening->port, rpc_listening->port, operations_port, scheme);
    if (!written) return written.error();
  }
  spdlog::info("weir {} serves {}://{} and Thrift RPC{} on port {} from {} at position {}", version_text, scheme,
               http_listening->text(), tls ? " over TLS" : "", rpc_listening->port, settings.data.string(),
               engine.head().value);

  if (operations_listening) {
    spdlog::info("health and metrics are also at {}://{}", scheme, operations_listening->text());
  }

  signals.wait_for_stop(reloadable);
  stopping = true;
  // In the direction in which data flows: no more requests, then no more commands.
  std::thread rpc_stop([&rpc_server] { rpc_server.stop(); });
  http_server.stop();
  rpc_stop.join();
  if (operations_server) operations_server->stop();  // until here it says that the server is stopping
  verifying.stop();
  engine.stop();
  if (const auto flushed = stored->store->flush(); !flushed) spdlog::warn("{}", flushed.error().detail);
  spdlog::info("stopped at position {}", engine.head().value);
  return {};
}

}  // namespace weir
