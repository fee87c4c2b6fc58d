#include "auth/requirement.hpp"

namespace weir::auth {

bool requirement::is_met_by(const permissions& granted) const {
  switch (what) {
    case kind::open:
    case kind::credential:
      return true;
    case kind::query:
      return granted.may_query(domain, name);
    case kind::command:
      return granted.may_command(domain, name);
    case kind::some_events:
      return granted.may_read_some_events();
    case kind::metrics:
      return granted.may_read_metrics();
    case kind::administration:
      return granted.may_administer(name);
  }
  return false;
}

std::string requirement::text() const {
  switch (what) {
    case kind::open:
    case kind::credential:
      return "this";
    case kind::query:
      return "the query " + name;
    case kind::command:
      return "the command " + name;
    case kind::some_events:
      return "events";
    case kind::metrics:
      return "metrics";
    case kind::administration:
      return "the administrative action " + name;
  }
  return "this";
}

}  // namespace weir::auth
