#pragma once

#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "domain/tables.hpp"

namespace weir::testing {

/// An expectation of a scenario failed. The text begins with its file and line.
class failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A domain's rules as sentences: given what happened, when this is asked, then that happens or is refused.
///
/// Events and commands are JSON of the unions Event and Command, so that a sentence reads as clients write it:
///
///     given(R"({"userCreated": {...}})").when(R"({"renameUser": {...}})").then({R"({"userRenamed": {...}})"});
///
/// Time:      begins at 2026-11-23T03:20:00Z and advances by a second with each event; at() sets it.
/// Ids:       are 00000000-0000-7000-8000-000000000001, ...2, and so on; ids() sets others.
/// Failures:  a failed expectation throws `failure`, which fails a test of any framework; so does JSON that breaks the
///            rules of the IDL. No test framework is needed.
/// Storage:   everything is in memory. Async views are up to date here.
class scenario {
 public:
  explicit scenario(domain under_test);
  ~scenario();
  scenario(scenario&&) noexcept;
  scenario& operator=(scenario&&) noexcept;

  /// Adds an event. The event's first field is the id of its stream; the stream's category is that of the domain's
  /// first aggregate that takes the event.
  scenario& given(std::string_view event_json, std::source_location where = std::source_location::current());

  /// Adds an event to this stream: order-o1.
  scenario& given_in(std::string_view stream, std::string_view event_json,
                     std::source_location where = std::source_location::current());

  /// Sends a command. Its events have happened for the next sentence.
  scenario& when(std::string_view command_json, std::source_location where = std::source_location::current());

  /// The command has erased the personal data of exactly these subjects. (Nothing is erased in the scenario itself.)
  scenario& then_erased(const std::vector<std::string>& subjects,
                        std::source_location where = std::source_location::current());

  /// What happened, as JSON of the union Event without spaces.
  scenario& then(const std::vector<std::string>& events, std::source_location where = std::source_location::current());
  scenario& then_nothing_happens(std::source_location where = std::source_location::current());

  /// The exception's name and its JSON: UserNotFound{"userId":"u1"}
  scenario& then_refused(std::string_view exception, std::source_location where = std::source_location::current());

  /// What a query answers now, as JSON; a refusal as its name and JSON.
  [[nodiscard]] std::string ask(std::string_view query_name, std::string_view query_json,
                                std::source_location where = std::source_location::current()) const;

  /// Sets the caller from now on; before, the caller is anonymous.
  scenario& as(caller by);

  /// Sets the next ids that rules get, in this order; after them the ordinary ids continue.
  scenario& ids(std::vector<std::string> next);

  /// Sets the time for what follows, as 2026-11-23T03:20:00Z.
  scenario& at(std::string_view time, std::source_location where = std::source_location::current());

 private:
  class world;
  std::unique_ptr<world> world_;
};

}  // namespace weir::testing
