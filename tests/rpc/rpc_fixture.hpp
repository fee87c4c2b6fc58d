#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "rpc/client.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/message.hpp"
#include "rpc/server.hpp"
#include "support/engine_fixture.hpp"

namespace weir::rpc::test {

using codec::protocol;

inline constexpr std::array protocols{protocol::binary, protocol::compact, protocol::json};

/// What came back for a call.
struct answer {
  std::string name;
  std::int32_t sequence_id = 0;
  std::string thrown;    ///< the name of the result's field, "success" too; "fault" of a TApplicationException
  nlohmann::json value;  ///< of that field; of a fault {"message", "type"}

  bool operator==(const answer&) const = default;
};

/// A server over an engine with two domains, users and nasty, and clients of it.
class rpc_fixture : public weir::testing::engine_fixture {
 protected:
  rpc_fixture();
  ~rpc_fixture() override;

  std::vector<domain> domains() override;

  /// Starts the server, on the first use with the options as they then are.
  std::uint16_t port();
  client connect() { return client(port()); }
  void stop_server() { server_->stop(); }

  /// A message that calls a method, its arguments, which keep the rules, as JSON of one object. The name may have a
  /// service's before it.
  std::string call(std::string_view method, const std::string& arguments, protocol in = protocol::binary,
                   message_type type = message_type::call, std::int32_t sequence_id = 7);
  /// Its answer. `method`: what was called, where the answer's name alone does not say.
  answer read(std::string_view message, protocol in = protocol::binary, std::string_view method = {});

  /// Calls a method on a connection of its own, in a frame, and gives the answer.
  answer ask(std::string_view method, const std::string& arguments, protocol in = protocol::binary);
  answer execute(const std::string& command, const std::string& how = "{}");

  static std::string create(const std::string& user, const std::string& email = "");

  /// Expects a client's next answer to be a TApplicationException of this type, after which the connection is closed.
  void expect_refused(client& by, bool in_frame, fault_type type, protocol in = protocol::binary);
  static void expect_problem(const answer& got, int status, std::string_view type);
  /// The value of a metric with these labels, as {outcome="answered"} has them; 0 if there is none.
  double metric(const std::string& name, const std::map<std::string, std::string>& labels = {});

  server_options server_options_;
  query_threads_options query_options_;

 private:
  [[nodiscard]] schema::structure arguments_of(std::string_view method) const;
  [[nodiscard]] schema::structure result_of(std::string_view method) const;
  [[nodiscard]] const schema::method& method_of(std::string_view method) const;

  std::unique_ptr<query_threads> queries_;
  std::unique_ptr<dispatcher> dispatcher_;
  std::unique_ptr<server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace weir::rpc::test
