#include "api/backups.hpp"

#include <charconv>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/system_executor.hpp>
#include <nlohmann/json.hpp>

#include "api/engine_problems.hpp"
#include "api/http_names.hpp"
#include "backup/files.hpp"
#include "base/hexadecimal.hpp"
#include "http/cors.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"
#include "schema/base64.hpp"

namespace weir::api {
namespace {

constexpr std::size_t file_piece_bytes = 128u << 10;
constexpr std::chrono::seconds when_busy{5};

/// Awaits what `begin` gives to the function that it is called with, on whatever thread that is. The coroutine resumes on
/// its own.
template <class Value, class Begin>
auto coming(Begin begin) {
  using given = std::optional<Value>;
  return boost::asio::async_initiate<const boost::asio::deferred_t&, void(given)>(
      [](auto&& done, Begin start) {
        using executor = boost::asio::any_completion_executor;
        const executor where = boost::asio::get_associated_executor(done, boost::asio::system_executor());
        // The executor has work as long as this is not there: its thread does not end before.
        const executor kept_going = boost::asio::prefer(where, boost::asio::execution::outstanding_work.tracked);
        auto held =
            std::make_shared<boost::asio::any_completion_handler<void(given)>>(std::forward<decltype(done)>(done));
        start([held, where, kept_going](Value value) {
          boost::asio::prefer(where, boost::asio::execution::blocking.never)
              .execute([held, value = given(std::move(value))]() mutable { std::move (*held)(std::move(value)); });
        });
      },
      boost::asio::deferred, std::move(begin));
}

void refuse_other_sites(exchange& x) {
  if (is_of_another_site(x.options().cors_origins, x.request())) {
    throw problem_raised{make_problem(problem_kind::forbidden, "Pages of other origins may not do this.")};
  }
}

problem explain_backup(exchange& x, const error& why) {
  switch (why.code) {
    case errc::not_found:
      return make_problem(problem_kind::not_found, why.detail);
    case errc::in_use:
    case errc::unavailable:
      return make_unavailable(problem_kind::unavailable, why.detail, when_busy);
    default:
      return internal_problem(x, why.detail);
  }
}

nlohmann::ordered_json as_json(const backup::service::status& now) {
  nlohmann::ordered_json json{{"state", now.running_since ? "running"
                                        : now.copy        ? "beingTaken"
                                                          : "idle"},
                              {"hasDirectory", now.has_directory}};
  if (now.running_since) {
    json["runningSince"] = to_rfc3339(*now.running_since).value_or("");
    json["doneBytes"] = now.done_bytes;
    json["bytes"] = now.all_bytes;
  }
  if (now.copy) json["copyId"] = *now.copy;
  if (now.last) {
    const backup::service::success& last = *now.last;
    json["last"] = {{"id", last.id},
                    {"position", last.head.last.value},
                    {"commit", last.head.number},
                    {"hash", backup::hexadecimal(last.head.hash)},
                    {"endedAt", to_rfc3339(last.ended_at).value_or("")},
                    {"seconds", last.seconds},
                    {"bytes", last.bytes},
                    {"takenBy", last.by_client ? "client" : "server"}};
    if (!last.by_client) json["last"]["newBytes"] = last.new_bytes;
  }
  if (now.last_failure) {
    json["lastFailure"] = {{"at", to_rfc3339(now.last_failure->at).value_or("")}, {"cause", now.last_failure->why}};
  }
  return json;
}

void respond_with_state(exchange& x, const backup::service& of, int status) {
  response answer = ok("application/json", as_json(of.state()).dump());
  answer.status = status;
  answer.set("Cache-Control", "no-store");
  if (status != 200) answer.set("Location", "/admin/backup");
  x.respond(std::move(answer));
}

/// POST /admin/backup
void post_backup(exchange& x, backup::service& of) {
  refuse_other_sites(x);
  if (const auto begun = of.begin(); !begun) return x.respond(explain_backup(x, begun.error()));
  respond_with_state(x, of, 202);
}

/// POST /admin/backup/copies
task<> post_copy(exchange& x, backup::service& of) {
  refuse_other_sites(x);
  using made_or_not = result<backup::description>;
  const auto made = co_await coming<made_or_not>([&of](auto done) { of.begin_copy(std::move(done)); });
  if (!*made) co_return x.respond(explain_backup(x, made->error()));
  if (x.is_audited()) x.about("the copy " + (*made)->id);
  response answer = ok("application/json", backup::description_json(**made));
  answer.status = 201;
  answer.set("Location", "/admin/backup/copies/" + (*made)->id);
  answer.set("Cache-Control", "no-store");
  x.respond(std::move(answer));
}

/// DELETE /admin/backup/copies/{id}
void delete_copy(exchange& x, backup::service& of) {
  refuse_other_sites(x);
  parameter_reader parameters(x.request().where);
  const auto complete = parameters.text("complete");
  if (complete && *complete != "true" && *complete != "false") parameters.fault("complete", "must be true or false");
  parameters.finish();
  if (const auto ended = of.end_copy(x.parameter("id"), complete == "true"); !ended) {
    return x.respond(explain_backup(x, ended.error()));
  }
  response answer;
  answer.status = 204;
  x.respond(std::move(answer));
}

/// Where a range of the form `bytes=12-` begins; nothing for any other one: the whole file is the answer then.
std::optional<std::uint64_t> first_byte(const request& asked, std::uint64_t size) {
  const auto field = asked.field("Range");
  constexpr std::string_view unit = "bytes=";
  if (!field || asked.method == method::head || !field->starts_with(unit) || !field->ends_with('-'))
    return std::nullopt;
  const std::string_view digits = field->substr(unit.size(), field->size() - unit.size() - 1);
  std::uint64_t first = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), first);
  if (fault != std::errc{} || end != digits.data() + digits.size() || first >= size) return std::nullopt;
  return first;
}

/// Reads the next piece of a file: work for which it has the turn.
result<std::size_t> read_piece(const net::turn, const backup::readable_file& file, std::uint64_t at,
                               std::string& into) {
  return file.read(at, into.data(), into.size());
}

/// GET /admin/backup/copies/{id}/files/{name}
task<> get_file(exchange& x, backup::service& of) {
  const std::string id(x.parameter("id")), name(x.parameter("name"));
  using found_or_not = result<backup::service::found_file>;
  const auto found = co_await coming<found_or_not>([&](auto done) { of.find_file(id, name, std::move(done)); });
  if (!*found) co_return x.respond(explain_backup(x, found->error()));
  const auto file = backup::readable_file::open((*found)->path);
  if (!file) {
    co_return x.respond(make_problem(problem_kind::not_found, "There is no copy " + id + ": it was ended."));
  }
  std::string digest;
  static_cast<void>(append_from_hexadecimal(digest, (*found)->what.digest));
  response head;
  const auto first = first_byte(x.request(), file->size());
  if (first) {
    head.status = 206;
    head.set("Content-Range", "bytes " + std::to_string(*first) + "-" + std::to_string(file->size() - 1) + "/" +
                                  std::to_string(file->size()));
  }
  head.set("Content-Type", "application/octet-stream");
  head.set("Repr-Digest", "sha-256=:" + schema::to_base64(digest) + ":");
  head.set("Accept-Ranges", "bytes");
  head.set("Cache-Control", "no-store");
  if (!x.try_hold_for_answer(file_piece_bytes)) throw problem_raised{bodies_have_all_memory()};
  std::string piece(file_piece_bytes, '\0');
  co_await x.begin(std::move(head));
  if (x.request().method == method::head) co_return co_await x.finish();
  for (std::uint64_t at = first.value_or(0); at < file->size();) {
    net::turn mine = co_await x.take_turn();
    // The answer is then cut off, and the client sees that it is incomplete.
    if (x.stopping() || x.why_not_any_more()) co_return;
    const auto count = read_piece(std::move(mine), *file, at, piece);
    if (!count || *count == 0) {
      static_cast<void>(internal_problem(x, count ? "a file of a copy became shorter" : count.error().detail));
      co_return;
    }
    at += *count;
    of.renew(id);
    co_await x.write(std::string_view(piece).substr(0, *count));
  }
  co_await x.finish();
}

}  // namespace

void add_backups(router& to, backup::service& of) {
  const auto needs = auth::requirement::administration("backup");
  to.add_quick(method::get, "/admin/backup", needs, [&of](exchange& x) { respond_with_state(x, of, 200); });
  to.add_quick(method::post, "/admin/backup", needs, [&of](exchange& x) { post_backup(x, of); });
  to.add(method::post, "/admin/backup/copies", needs, [&of](exchange& x) { return post_copy(x, of); });
  to.add_quick(method::delete_, "/admin/backup/copies/{id}", needs, [&of](exchange& x) { delete_copy(x, of); });
  to.add(method::get, "/admin/backup/copies/{id}/files/{name}", needs, [&of](exchange& x) { return get_file(x, of); });
}

}  // namespace weir::api
