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
                                        "One RecordedEvent per line, up to the head at the time of the request. If the "
                                        "answer is incomplete, the last line is a problem."}}}};
  content["text/event-stream"] = {
      {"schema",
       {{"type", "string"},
        {"description",
         "Server-sent events, without an end: `id` is the position, `event` the type, `data` the RecordedEvent. "
         "`caught-up` is sent once, at the end of the history; `cut-short` holds a problem. An id without an event "
         "says how far was read."}}}};
}

json thrift_call_content() {
  json content;
  content["application/x-thrift"] = bytes("A Thrift message in any of these protocols.");
  content["application/vnd.apache.thrift.binary"] = bytes("A Thrift message, in TBinaryProtocol.");
  content["application/vnd.apache.thrift.compact"] = bytes("A Thrift message, in TCompactProtocol.");
  content["application/vnd.apache.thrift.json"] = {
      {"schema", {{"type", "string"}, {"description", "A Thrift message, in TJSONProtocol."}}}};
  return content;
}

}  // namespace weir::openapi
