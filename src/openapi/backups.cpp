#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

json size_schema(std::string description) { return integer_schema(0, exact_integer_max, std::move(description)); }

json last_schema() {
  json seconds = {{"type", "number"}, {"minimum", 0}, {"description", "How long it took."}};
  json taken = {{"type", "string"}, {"enum", {"server", "client"}}, {"description", "Who wrote it."}};
  return object_schema("The last backup that is complete, since the start.",
                       {{"id", text_schema("Its id.")},
                        {"position", size_schema("The last position in it.")},
                        {"commit", size_schema("The number of the last commit in it.")},
                        {"hash", hash_schema("SHA-256 of that commit.")},
                        {"endedAt", moment_schema("When it was complete.")},
                        {"seconds", seconds},
                        {"bytes", size_schema("Size of all its files.")},
                        {"newBytes", size_schema("Size of those that were not in the directory; of the server's own.")},
                        {"takenBy", taken}},
                       json::array({"id", "position", "commit", "hash", "endedAt", "seconds", "bytes", "takenBy"}));
}

json state(draft& of) {
  return of.parts.refer("schemas", "BackupState", [] {
    json state = {{"type", "string"}, {"enum", {"idle", "running", "beingTaken"}}};
    state["description"] =
        "`running`: the server writes a backup to its directory. `beingTaken`: a client takes one. One at a time.";
    return object_schema(
        "The status of backups.",
        {{"state", state},
         {"hasDirectory", {{"type", "boolean"}, {"description", "Whether the server has a directory for backups."}}},
         {"runningSince", moment_schema("When the backup that is running began.")},
         {"doneBytes", size_schema("How much of it is done.")},
         {"bytes", size_schema("How much there is to do.")},
         {"copyId", text_schema("The id of the copy that a client takes.")},
         {"last", last_schema()},
         {"lastFailure", object_schema("The last failure; absent once a later backup is complete.",
                                       {{"at", moment_schema("When.")}, {"cause", text_schema("What happened.")}},
                                       json::array({"at", "cause"}))}},
        json::array({"state", "hasDirectory"}));
  });
}

json copy(draft& of) {
  return of.parts.refer("schemas", "StoreCopy", [] {
    const json branch = object_schema("Where the log was restored to a moment.",
                                      {{"id", text_schema("What the log is called from there on.")},
                                       {"position", size_schema("The last position that both have.")},
                                       {"hash", hash_schema("SHA-256 of the last commit that both have.")},
                                       {"madeAt", moment_schema("When.")}},
                                      json::array({"id", "position", "hash", "madeAt"}));
    const json log = object_schema("Which event log it is.",
                                   {{"id", text_schema("A UUID, made with the log.")},
                                    {"madeAt", moment_schema("When it was begun.")},
                                    {"branches", {{"type", "array"}, {"items", branch}}}},
                                   json::array({"id", "madeAt", "branches"}));
    const json file = object_schema("A file of the copy.",
                                    {{"name", text_schema("Its name.")}, {"size", size_schema("Its size in bytes.")}},
                                    json::array({"name", "size"}));
    return object_schema(
        "A copy of the store at one commit.",
        {{"format", integer_schema(1, exact_integer_max, "Of this description.")},
         {"id", text_schema("Its id.")},
         {"madeAt", moment_schema("When it was made.")},
         {"madeBy", text_schema("The version of Weir that made it.")},
         {"commit", size_schema("The number of the last commit in it.")},
         {"epoch", size_schema("The epoch of that commit.")},
         {"position", size_schema("The last position in it.")},
         {"hash", hash_schema("SHA-256 of that commit.")},
         {"committedAt", moment_schema("The time of that commit.")},
         {"log", log},
         {"files", {{"type", "array"}, {"items", file}}}},
        json::array({"format", "id", "madeAt", "madeBy", "commit", "position", "hash", "log", "files"}));
  });
}

json id_parameter() {
  return path_parameter("id", "The copy's id.",
                        {{"type", "string"}, {"minLength", 1}, {"examples", {"000000000042-20261127T185031.000000Z"}}});
}

operation get_state(draft& to) {
  operation made;
  made.id = "getBackup";
  made.summary = "Status of backups";
  made.description = "What runs, and how the last one ended.";
  made.responses[200] =
      answer("The status.", "application/json", state(to), response_headers(to.parts, {"Weir-Position"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden"});
  return made;
}

operation begin(draft& to) {
  operation made;
  made.id = "makeBackup";
  made.summary = "Makes a backup";
  made.description =
      "Begins a backup to the directory that the operator has given with `--backup-dir`. Commands go on. "
      "`GET /admin/backup` shows how far it is. One at a time: 503 while another one runs. 404 without a directory.";
  made.responses[202] =
      answer("The backup has begun.", "application/json", state(to), response_headers(to.parts, {"Location"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotFound", "NotNow"});
  return made;
}

operation make_copy(draft& to) {
  operation made;
  made.id = "makeStoreCopy";
  made.summary = "Makes a copy of the store, for a client to take away";
  made.description =
      "For `weir backup`: a copy at one commit, whose files can be read one by one. Commands wait for some "
      "milliseconds. "
      "It is there until it is deleted, or was not used for two minutes. One at a time: 503 while another one is "
      "there.";
  made.responses[201] = answer("The copy.", "application/json", copy(to), response_headers(to.parts, {"Location"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotNow"});
  return made;
}

operation delete_copy(draft& to) {
  operation made;
  made.id = "deleteStoreCopy";
  made.summary = "Removes a copy";
  made.description = "The client has what it wants, or gives up.";
  made.parameters = {id_parameter(), query_parameter("complete", false, "Whether the client has a whole backup now.",
                                                     {{"type", "boolean"}})};
  made.responses[204] = {{"description", "It is gone."}};
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotFound", "InvalidParameters"});
  return made;
}

operation get_file(draft& to) {
  operation made;
  made.id = "getStoreCopyFile";
  made.summary = "A file of a copy";
  made.description =
      "`Repr-Digest` has the SHA-256 of the whole file (RFC 9530). A `Range` of the form `bytes=12-` goes on with a "
      "file "
      "that was broken off.";
  made.parameters = {id_parameter(), path_parameter("name", "The file's name.",
                                                    {{"type", "string"}, {"minLength", 1}, {"examples", {"CURRENT"}}})};
  const json bytes = {{"type", "string"}, {"format", "binary"}};
  made.responses[200] = answer("The file.", "application/octet-stream", bytes);
  made.responses[206] = answer("The file from there on.", "application/octet-stream", bytes);
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotFound", "Overloaded"});
  return made;
}

}  // namespace

void add_backups(draft& to) {
  const auto add = [&](const char* path, const char* method, operation made) {
    made.tag = operating_tag;
    to.paths.add(path, method, std::move(made));
  };
  add("/admin/backup", "get", get_state(to));
  add("/admin/backup", "post", begin(to));
  add("/admin/backup/copies", "post", make_copy(to));
  add("/admin/backup/copies/{id}", "delete", delete_copy(to));
  add("/admin/backup/copies/{id}/files/{name}", "get", get_file(to));
}

}  // namespace weir::openapi
