#include "verify/report_text.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/hexadecimal.hpp"

namespace weir {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string megabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

double seconds_of(const verification_report& report) {
  return std::chrono::duration<double>(report.ended - report.began).count();
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  append_hexadecimal(text, bytes);
  return text;
}

}  // namespace

std::string as_text(const verification_report& report) {
  std::string text;
  for (const store_fault& each : report.faults) {
    text += "fault:";
    if (!each.file.empty()) text += " file " + each.file + ",";
    if (!each.family.empty()) text += " family " + each.family + ",";
    if (!each.key.empty()) text += " key " + printable_key(each.key) + ",";
    if (text.back() == ',') text.back() = ':';
    text += " " + each.what + "\n";
  }
  if (report.faults_found > report.faults.size()) {
    text += "and " + counted(report.faults_found - report.faults.size(), "more fault", "more faults") + "\n";
  }
  for (const std::string& each : report.notes) text += "note: " + each + "\n";
  const auto& read = report.read;
  if (report.log)
    text += "log " + report.log->current() + ", position " + std::to_string(report.head.last.value) + ", commit " +
            std::to_string(report.head.number) + ", hash " + hexadecimal(report.head.hash) + "\n";
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f", seconds_of(report));
  text += "read " + counted(read.files, "file", "files") + " (" + megabytes(read.bytes) + "), " +
          counted(read.commits, "commit", "commits") + ", " + counted(read.events, "event", "events") + " of " +
          counted(read.streams, "stream", "streams") + ", " + counted(read.rows, "row", "rows") + " of " +
          counted(read.views, "view", "views") + ", " + counted(read.answers, "answer", "answers") + ", " +
          counted(read.snapshots, "snapshot", "snapshots") + " in " + seconds + " s\n";
  text += report.faults_found > 0 ? counted(report.faults_found, "fault", "faults") + " found\n"
          : report.completed      ? "no faults found\n"
                                  : "not completed; no faults found so far\n";
  return text;
}

std::string as_json(const verification_report& report) {
  nlohmann::ordered_json json;
  json["result"] = report.faults_found > 0 ? "faults" : report.completed ? "sound" : "stopped";
  json["began"] = to_rfc3339(report.began).value_or("");
  json["ended"] = to_rfc3339(report.ended).value_or("");
  if (report.log) {
    json["log"] = report.log->current();
    json["position"] = report.head.last.value;
    json["commit"] = report.head.number;
    json["hash"] = hexadecimal(report.head.hash);
  }
  const auto& read = report.read;
  json["read"] = {{"files", read.files},   {"bytes", read.bytes},     {"commits", read.commits},
                  {"events", read.events}, {"streams", read.streams}, {"views", read.views},
                  {"rows", read.rows},     {"answers", read.answers}, {"snapshots", read.snapshots}};
  json["faultsFound"] = report.faults_found;
  json["faults"] = nlohmann::ordered_json::array();
  for (const store_fault& each : report.faults) {
    nlohmann::ordered_json fault;
    if (!each.file.empty()) fault["file"] = each.file;
    if (!each.family.empty()) fault["family"] = each.family;
    if (!each.key.empty()) fault["key"] = printable_key(each.key);
    fault["what"] = each.what;
    json["faults"].push_back(std::move(fault));
  }
  json["notes"] = report.notes;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace weir
