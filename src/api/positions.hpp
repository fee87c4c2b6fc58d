#pragma once

#include <optional>
#include <string_view>

#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"

/// Positions as clients send them, and which event log they are of.
namespace weir::api {

inline constexpr std::string_view log_field_name = "Weir-Log";

/// A position in a header field or a parameter of that name; nothing if it is empty. Throws problem_raised (400) if it
/// is no position.
[[nodiscard]] std::optional<given_position> position_in(std::string_view name, std::string_view value);

/// The same of a parameter, whose faults are collected (422). `head` is the head.
[[nodiscard]] std::optional<given_position> position_parameter(parameter_reader& parameters, std::string_view name,
                                                               position head);

/// Throws problem_raised (410) if this log never gave that position: it is beyond the head, or its mark is another one.
void check_history(exchange& x, const engine& over, const given_position& given);

}  // namespace weir::api
