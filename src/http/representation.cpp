#include "http/representation.hpp"

#include <stdexcept>

#include "http/header_values.hpp"
#include "http/problem.hpp"

namespace weir::http {
namespace {

codec::protocol protocol_of(representation which) {
  switch (which) {
    case representation::thrift_json:
      return codec::protocol::json;
    case representation::thrift_binary:
      return codec::protocol::binary;
    case representation::thrift_compact:
      return codec::protocol::compact;
    default:
      throw std::logic_error("not one of Thrift's protocols");
  }
}

/// What an entity tag ends with in that representation.
std::string_view tag_suffix_of(representation which) {
  switch (which) {
    case representation::thrift_json:
      return "-tjson";
    case representation::thrift_binary:
      return "-binary";
    case representation::thrift_compact:
      return "-compact";
    default:
      return {};
  }
}

nlohmann::ordered_json names_of(std::span<const representation> all) {
  auto names = nlohmann::ordered_json::array();
  for (const representation each : all) names.push_back(media_type_of(each));
  return names;
}

}  // namespace

std::string_view media_type_of(representation which) {
  switch (which) {
    case representation::json:
      return "application/json";
    case representation::thrift_json:
      return "application/vnd.apache.thrift.json";
    case representation::thrift_binary:
      return "application/vnd.apache.thrift.binary";
    case representation::thrift_compact:
      return "application/vnd.apache.thrift.compact";
    case representation::cloudevents_batch:
      return "application/cloudevents-batch+json";
    case representation::ndjson:
      return "application/x-ndjson";
    case representation::server_sent:
      return "text/event-stream";
  }
  return {};
}

std::string media_types_of(std::span<const representation> all) {
  std::string list;
  for (const representation each : all) {
    if (!list.empty()) list += ", ";
    list += media_type_of(each);
  }
  return list;
}

std::string tag_of(std::string_view state, representation as) { return std::string(state).append(tag_suffix_of(as)); }

std::string_view state_of(std::string_view entity_tag) {
  for (const representation each : struct_representations) {
    const std::string_view suffix = tag_suffix_of(each);
    if (!suffix.empty() && entity_tag.ends_with(suffix)) return entity_tag.substr(0, entity_tag.size() - suffix.size());
  }
  return entity_tag;
}

representation negotiate(const request& asked, std::span<const representation> offered) {
  int best = 0;
  representation chosen{};
  for (const representation each : offered) {
    const int liked = quality(asked, media_type_of(each));
    if (liked <= best) continue;
    best = liked;
    chosen = each;
  }
  if (best > 0) return chosen;
  throw problem_raised{
      make_problem(problem_kind::not_acceptable, "The answer comes as " + media_types_of(offered) + ".")
          .with("offered", names_of(offered))};
}

void refuse_content_coding(const request& asked) {
  const auto coding = asked.field_list("Content-Encoding");
  if (!coding || coding->empty() || equals_ignoring_case(*coding, "identity")) return;
  throw problem_raised{
      make_problem(problem_kind::unsupported_media_type, "Compressed or encoded bodies are not supported.")
          .with_header("Accept-Encoding", "identity")};
}

representation body_representation(const request& asked, std::span<const representation> taken) {
  refuse_content_coding(asked);
  const auto content_type = asked.field("Content-Type");
  for (const representation each : taken) {
    if (!content_type) break;
    if (each == representation::json ? is_json(*content_type)
                                     : equals_ignoring_case(media_type(*content_type), media_type_of(each))) {
      return each;
    }
  }
  throw problem_raised{make_problem(problem_kind::unsupported_media_type,
                                    "The body may be " + media_types_of(taken) + ", and Content-Type must say which.")
                           .with("accepted", names_of(taken))
                           .with_header("Accept-Post", media_types_of(taken))};
}

codec::decoded decode_body(std::string_view body, representation in, const schema::structure& shape) {
  if (in == representation::json) return codec::from_json(body, shape);
  return codec::from_thrift(body, protocol_of(in), shape);
}

result<> encode_body(std::string_view compact, const schema::structure& shape, representation out, std::string& body) {
  if (out == representation::json) return codec::to_json(compact, shape, body);
  return codec::to_thrift(compact, shape, protocol_of(out), body);
}

}  // namespace weir::http
