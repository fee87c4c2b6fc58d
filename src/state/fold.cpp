#include "state/fold.hpp"

namespace weir {

result<found_event> find_event(const catalog& domains, std::string_view bytes, std::string_view stream,
                               sequence number) {
  const auto read = view_recorded(bytes, stream, number);
  if (!read) return read.error();
  const auto* place = domains.find_event(read->type);
  if (!place) {
    return error{errc::corrupt,
                 "stream " + std::string(stream) + " holds an event of the unknown type " + std::string(read->type)};
  }
  return found_event{place, {read->position, stream, number, read->recorded_at}, read->payload};
}

result<> fold_into_state(const aggregate_type& type, const known_event& what, std::any& state) {
  const auto evolve = what.place.index < type.evolve.size() ? type.evolve[what.place.index] : nullptr;
  if (!evolve) {
    return error{errc::corrupt, "stream " + std::string(what.recorded.stream) + " holds an event " +
                                    what.place.type().name + ", which its aggregate does not take"};
  }
  evolve(state, what.event);
  return {};
}

}  // namespace weir
