#include "rpc/rpc_fixture.hpp"

#include <memory>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "rpc/nasty_domain.hpp"

namespace weir::rpc::test {
namespace {

using namespace apache::thrift::protocol;
using apache::thrift::transport::TMemoryBuffer;

std::string message_begin(const std::string& name, message_type type, std::int32_t sequence_id, protocol in) {
  const auto memory = std::make_shared<TMemoryBuffer>();
  std::unique_ptr<TProtocol> out;
  if (in == protocol::binary) out = std::make_unique<TBinaryProtocol>(memory);
  if (in == protocol::compact) out = std::make_unique<TCompactProtocol>(memory);
  if (in == protocol::json) out = std::make_unique<TJSONProtocol>(memory);
  out->writeMessageBegin(name, static_cast<TMessageType>(type), sequence_id);
  return memory->getBufferAsString() + (in == protocol::json ? "," : "");
}

schema::field field_of(std::int16_t id, std::string name, schema::type type) {
  schema::field made{};
  made.id = id;
  made.name = made.thrift_name = std::move(name);
  made.type = std::move(type);
  return made;
}

schema::type of_kind(schema::kind kind, const schema::structure* shape = nullptr) {
  schema::type made;
  made.is = kind;
  made.shape = shape;
  return made;
}

schema::structure fault_shape() {
  schema::structure made;
  made.fields.push_back(field_of(1, "message", of_kind(schema::kind::string)));
  made.fields.push_back(field_of(2, "type", of_kind(schema::kind::i32)));
  return made;
}

nlohmann::json json_of(std::string_view bytes, protocol in, const schema::structure& shape) {
  const auto compact = codec::from_thrift(bytes, in, shape);
  if (!std::holds_alternative<std::string>(compact)) throw std::runtime_error("an answer is not of its declared type");
  std::string text;
  codec::to_json(std::get<std::string>(compact), shape, text).value();
  return nlohmann::json::parse(text);
}

}  // namespace

rpc_fixture::rpc_fixture() { restart(); }  // with the domains of this class

rpc_fixture::~rpc_fixture() {
  disk->release_syncs();
  running->stop();
  server_.reset();
  queries_.reset();
}

std::vector<domain> rpc_fixture::domains() {
  std::vector<domain> listed = engine_fixture::domains();
  listed.push_back(weir_test_nasty::nasty());
  return listed;
}

std::uint16_t rpc_fixture::port() {
  if (!server_) {
    queries_ = std::make_unique<query_threads>(*running, query_options_);
    dispatcher_ = std::make_unique<dispatcher>(*running, *queries_, *registry);
    server_ = std::make_unique<server>(server_options_, *dispatcher_, *registry);
    port_ = server_->listen({"127.0.0.1", 0, true}).value().port;
    server_->start();
  }
  return port_;
}

const schema::method& rpc_fixture::method_of(std::string_view method) const {
  const bool second = method.starts_with("NastyService:");
  const domain& of = all->domains()[second ? 1 : 0];
  const schema::method* found = of.idl->rpc()->find(method.substr(method.find(':') + 1));
  return found ? *found : *of.idl->rpc()->find("execute");
}

schema::structure rpc_fixture::arguments_of(std::string_view method) const {
  schema::structure made;
  made.fields = method_of(method).arguments;
  return made;
}

schema::structure rpc_fixture::result_of(std::string_view method) const {
  const schema::method& declared = method_of(method);
  schema::structure made;
  made.fields.push_back(field_of(0, "success", *declared.answer));
  for (const auto& thrown : declared.refusals) {
    made.fields.push_back(field_of(thrown.id, thrown.name, of_kind(schema::kind::structure, thrown.exception)));
  }
  return made;
}

std::string rpc_fixture::call(std::string_view method, const std::string& arguments, protocol in, message_type type,
                              std::int32_t sequence_id) {
  const schema::structure shape = arguments_of(method);
  std::string bytes = message_begin(std::string(method), type, sequence_id, in);
  const auto compact = codec::from_json(arguments, shape);
  if (!std::holds_alternative<std::string>(compact)) throw std::logic_error("a test's JSON breaks the rules");
  codec::to_thrift(std::get<std::string>(compact), shape, in, bytes).value();
  return bytes + (in == protocol::json ? "]" : "");
}

answer rpc_fixture::read(std::string_view bytes, protocol in, std::string_view method) {
  const message got = read_message(bytes, in).value();
  answer read{got.header.name, got.header.sequence_id, "", {}};
  if (got.header.type == message_type::exception) {
    read.thrown = "fault";
    read.value = json_of(got.arguments, in, fault_shape());
  } else {
    const auto result = json_of(got.arguments, in, result_of(method.empty() ? got.header.name : method));
    if (result.size() != 1) throw std::runtime_error("a result has not exactly one member");
    read.thrown = result.begin().key();
    read.value = result.begin().value();
  }
  return read;
}

answer rpc_fixture::ask(std::string_view method, const std::string& arguments, protocol in) {
  client one = connect();
  one.send(framed(call(method, arguments, in)));
  return read(one.read_frame(), in, method);
}

answer rpc_fixture::execute(const std::string& command, const std::string& how) {
  return ask("execute", "{\"command\": " + command + ", \"options\": " + how + "}");
}

std::string rpc_fixture::create(const std::string& user, const std::string& email) {
  return R"({"createUser": {"userId": ")" + user + R"(", "name": "Ada", "email": ")" +
         (email.empty() ? user + "@example.org" : email) + R"("}})";
}

void rpc_fixture::expect_refused(client& by, bool in_frame, fault_type type, protocol in) {
  const answer got = read(in_frame ? by.read_frame() : by.read_message(), in);
  EXPECT_EQ(got.thrown, "fault");
  EXPECT_EQ(got.value["type"], static_cast<int>(type));
  by.finish_sending();
  EXPECT_TRUE(by.is_closed());
}

void rpc_fixture::expect_problem(const answer& got, int status, std::string_view type) {
  EXPECT_EQ(got.thrown, "problem") << got.value;
  EXPECT_EQ(got.value["status"], status);
  EXPECT_EQ(got.value["type"], "/problems/" + std::string(type));
  EXPECT_NE(got.value["title"], "");
}

double rpc_fixture::metric(const std::string& name, const std::map<std::string, std::string>& labels) {
  for (const auto& family : registry->Collect()) {
    if (family.name != name) continue;
    for (const auto& each : family.metric) {
      std::map<std::string, std::string> has;
      for (const auto& label : each.label) has.emplace(label.name, label.value);
      if (has == labels) return each.counter.value + each.gauge.value + double(each.histogram.sample_count);
    }
  }
  return 0;
}

}  // namespace weir::rpc::test
