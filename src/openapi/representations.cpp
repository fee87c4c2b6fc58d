#include "openapi/representations.hpp"

namespace weir::openapi {
namespace {

json bytes(const char* description) {
  return {{"schema", {{"type", "string"}, {"format", "binary"}, {"description", description}}}};
}

}  // namespace

void add_thrift(json& content) {
  content["application/vnd.apache.thrift.json"] = {
      {"schema", {{"type", "string"}, {"description", "The same struct of the IDL, in TJSONProtocol."}}}};
  content["application/vnd.apache.thrift.binary"] = bytes("The same struct of the IDL, in TBinaryProtocol.");
  content["application/vnd.apache.thrift.compact"] = bytes("The same struct of the IDL, in TCompactProtocol.");
}

void add_feeds(json& content) {
  content["application/x-ndjson"] = {{"schema",
                                      {{"type", "string"},
                                       {"description",
                                        "A RecordedEvent a line, to the head that there was at first. If it is cut "
                                        "short, the last line is a problem."}}}};
  content["text/event-stream"] = {
      {"schema",
       {{"type", "string"},
        {"description",
         "Server-sent events, without an end: `id` is the position, `event` the type, `data` the RecordedEvent. "
         "`caught-up` comes once, where history ends; `cut-short` brings a problem. The id also comes without an "
         "event, "
         "for how far was read."}}}};
}

json thrift_call_content() {
  json content;
  content["application/x-thrift"] = bytes("A message of Thrift in any of these protocols.");
  content["application/vnd.apache.thrift.binary"] = bytes("A message of Thrift, in TBinaryProtocol.");
  content["application/vnd.apache.thrift.compact"] = bytes("A message of Thrift, in TCompactProtocol.");
  content["application/vnd.apache.thrift.json"] = {
      {"schema", {{"type", "string"}, {"description", "A message of Thrift, in TJSONProtocol."}}}};
  return content;
}

}  // namespace weir::openapi
