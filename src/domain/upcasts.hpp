#pragma once

#include <type_traits>
#include <utility>

/// Events of the past: `Newer upcast(const Older& event)`, a pure function in the domain's namespace, makes an event
/// that is no longer recorded into the one that took its place. The log keeps what was recorded, and shows it so;
/// evolve and projections are given the newest form only. See docs/schema-change.md.
namespace weir::defining {

/// An event that an upcast takes.
template <class Event>
concept superseded = requires(const Event& event) {
  upcast(event);
};

/// What upcasts make of an event in the end; the event itself if there is none for it. `Older`: what led to it.
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
