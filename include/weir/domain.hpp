#pragma once

#include "base/limits.hpp"
#include "domain/contexts.hpp"
#include "domain/decision.hpp"
#include "domain/views.hpp"

/// What the author of a domain includes to write rules, views and queries. weir/define_domain.hpp puts them together.
namespace weir {

struct domain;

}  // namespace weir
