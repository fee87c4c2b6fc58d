#pragma once

#include <any>
#include <optional>
#include <string>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

#include "codec/compact.hpp"

namespace weir {

/// A business refusal: one of the exceptions that the IDL declares, as a value.
struct refusal {
  std::type_index type;  ///< the generated exception
  std::string bytes;     ///< its compact bytes
};

/// One event that a command leads to.
struct emitted_event {
  std::any event;                     ///< a generated event struct
  std::optional<std::string> stream;  ///< absent: the command's own stream
};

/// The result of `decide`: the events of a command, in order (none: nothing changes), or the refusal.
class decision {
 public:
  decision(refusal why) : outcome_(std::move(why)) {}                           // NOLINT: implicit by purpose
  decision(std::vector<emitted_event> events) : outcome_(std::move(events)) {}  // NOLINT: implicit by purpose

  [[nodiscard]] const refusal* refused() const { return std::get_if<refusal>(&outcome_); }
  [[nodiscard]] const std::vector<emitted_event>& events() const {
    return std::get<std::vector<emitted_event>>(outcome_);
  }

  /// Adds an event to the command's own stream.
  template <class Event>
  decision&& then(Event event) && {
    std::get<std::vector<emitted_event>>(outcome_).push_back({std::any(std::move(event)), std::nullopt});
    return std::move(*this);
  }

  /// Adds an event to another stream, in the same commit.
  template <class Event>
  decision&& then_in(std::string stream, Event event) && {
    std::get<std::vector<emitted_event>>(outcome_).push_back({std::any(std::move(event)), std::move(stream)});
    return std::move(*this);
  }

  /// Erases all personal values of a subject, `user-u1`, for ever. Nothing happens if there are none.
  decision&& erasing(std::string subject) && {
    erased_.push_back(std::move(subject));
    return std::move(*this);
  }
  [[nodiscard]] const std::vector<std::string>& erased() const { return erased_; }

 private:
  std::variant<refusal, std::vector<emitted_event>> outcome_;
  std::vector<std::string> erased_;
};

/// No events: the command succeeds without a change.
[[nodiscard]] inline decision nothing_happens() { return std::vector<emitted_event>{}; }

/// One event in the command's own stream.
template <class Event>
[[nodiscard]] decision happens(Event event) {
  return nothing_happens().then(std::move(event));
}

/// The command, or the query, is refused.
template <class Exception>
[[nodiscard]] refusal refuse(const Exception& exception) {
  return {typeid(Exception), codec::encode(exception)};
}

/// The result of `answer`: a generated struct, or a refusal.
template <class Answer>
using answer_or_refusal = std::variant<Answer, refusal>;

}  // namespace weir
