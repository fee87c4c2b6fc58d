#pragma once

#include <type_traits>
#include <utility>

/// Upcasts: `Newer upcast(const Older& event)`, a pure function in the domain's namespace, converts an event that is no
/// longer recorded into its successor. The event log keeps and shows the event as recorded; evolve and projections get
/// the newest form only. See docs/schema-change.md.
namespace weir::defining {

/// An event that has an upcast.
template <class Event>
concept superseded = requires(const Event& event) {
  upcast(event);
};

/// The final result of an event's upcasts; the event itself if it has none. `Older`: the earlier forms in the chain.
template <class Event, class... Older>
struct newest_form {
  using type = Event;
};

template <superseded Event, class... Older>
struct newest_form<Event, Older...> {
  using next = std::remove_cvref_t<decltype(upcast(std::declval<const Event&>()))>;
  static constexpr bool ends = !(std::is_same_v<next, Event> || ... || std::is_same_v<next, Older>);
  static_assert(ends, "the upcasts of this event go in a circle");
  using type = typename newest_form<std::conditional_t<ends, next, void>, Event, Older...>::type;
};

template <class Event>
using newest = typename newest_form<Event>::type;

/// The event in its newest form.
template <class Event>
newest<Event> to_newest(const Event& event) {
  if constexpr (superseded<Event>) {
    return to_newest(upcast(event));
  } else {
    return event;
  }
}

}  // namespace weir::defining
