#include "schema/schema_comparison.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace weir::schema {
namespace {

using presence = event_schema::presence;

/// `an i64`, `a string`.
std::string a(const std::string& noun) {
  const bool vowel = std::string_view("aeio8AEIO").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + noun;
}

std::string number(std::int16_t id) { return "number " + std::to_string(id); }

std::string text_of(presence of) {
  switch (of) {
    case presence::required:
      return "required";
    case presence::optional:
      return "optional";
    case presence::unspecified:
      return "neither required nor optional";
    case presence::retired:
      break;
  }
  return "retired";
}

const event_schema::field* find(const event_schema::structure& in, const std::string& name) {
  for (const auto& [id, field] : in.fields) {
    if (field.name == name && field.presence != presence::retired) return &field;
  }
  return nullptr;
}

const event_schema::field* find(const event_schema::structure& in, std::int16_t id) {
  const auto found = in.fields.find(id);
  return found == in.fields.end() ? nullptr : &found->second;
}

/// Compares one domain's events. Each pair of types is compared once, where it is met first: types may contain
/// themselves.
class domain_comparison {
 public:
  domain_comparison(std::string name, const event_schema::domain& old, const event_schema::domain& now,
                    event_schema::domain& kept, std::vector<schema_change>& changes)
      : name_(std::move(name)), old_(old), now_(now), kept_(kept), changes_(changes) {}

  void run() {
    compare_categories();
    compare_events();
    keep_what_retired_fields_need();
  }

 private:
  void say(bool compatible, const std::string& place, const std::string& what) {
    changes_.push_back({compatible, name_, place, what});
  }
  void fine(const std::string& place, const std::string& what) { say(true, place, what); }
  void fault(const std::string& place, const std::string& what) { say(false, place, what); }

  void compare_categories() {
    const auto has = [](const event_schema::domain& in, const std::string& category) {
      return std::find(in.categories.begin(), in.categories.end(), category) != in.categories.end();
    };
    for (const auto& category : old_.categories) {
      if (has(now_, category)) continue;
      fault("", "no aggregate has the category " + category +
                    " any more, so no command could be decided on streams like " + category +
                    "-1: give an aggregate this category again, and its commands a @stream with this category. " +
                    older);
    }
    for (const auto& category : now_.categories) {
      if (!has(old_, category)) fine("", "has streams of a new category, " + category + ".");
    }
  }

  void compare_events() {
    std::set<std::string> new_names;
    for (const auto& [name, event] : now_.events) {
      if (old_.events.count(name) == 0) new_names.insert(name);
    }
    for (const auto& [name, event] : old_.events) {
      const auto still = now_.events.find(name);
      if (still != now_.events.end()) {
        compare_event(name, event, still->second);
      } else if (const auto renamed = renamed_to(event, new_names)) {
        new_names.erase(*renamed);
        fault(name, "is called " + *renamed + " now, but stored events hold the name " + name + ": keep " + name +
                        ", and let " + *renamed + " be another event, with an upcast to it.");
      } else {
        fault(name,
              "is gone, but the event log may hold such events, and they could not be read: keep it. An upcast can "
              "convert it into another event. " +
                  older);
      }
    }
    for (const std::string& name : new_names) {
      fine(name, "is a new event. From now on a program without it refuses to start on this data.");
    }
  }

  std::optional<std::string> renamed_to(const event_schema::event& old, const std::set<std::string>& new_names) const {
    for (const std::string& name : new_names) {
      if (now_.events.at(name).structure == old.structure) return name;
    }
    for (const std::string& name : new_names) {
      if (now_.events.at(name).id == old.id) return name;
    }
    return std::nullopt;
  }

  void compare_event(const std::string& name, const event_schema::event& old, const event_schema::event& now) {
    if (old.id != now.id) {
      fine(name, "has " + number(now.id) + " in the union Event now, was " + number(old.id) +
                     ": stored events hold only the name, but Thrift clients know the number.");
    }
    compare_structures(name, old.structure, now.structure);
  }

  void compare_structures(const std::string& place, const std::string& old_name, const std::string& new_name) {
    if (!compared_.insert({old_name, new_name}).second) return;
    const event_schema::structure& old = old_.structures.at(old_name);
    const event_schema::structure& now = now_.structures.at(new_name);
    if (old_name != new_name) {
      fine(place, "is of the type " + new_name + " now, was of " + old_name +
                      ": stored events hold no type names; the fields are compared one by one.");
    }
    if (old.is_union != now.is_union) {
      if (now.is_union) {
        fault(place,
              "is a union now, but stored events may have several of its fields set, which no union can hold: "
              "keep the struct, and add a new field or a new event for the union.");
        return;
      }
      fine(place, "is a struct now, was a union: stored events have one of its fields set.");
    }
    for (const auto& [id, field] : old.fields) compare_field(place, field, old, now, new_name);
    for (const auto& [id, field] : now.fields) {
      if (!find(old, id) && !find(old, field.name)) say_new(place + "." + field.name, field, now);
    }
  }

  /// A field of the old struct, and what has become of it and of its number.
  void compare_field(const std::string& place, const event_schema::field& old, const event_schema::structure& old_shape,
                     const event_schema::structure& now_shape, const std::string& now_name) {
    const event_schema::field* now = find(now_shape, old.id);
    const event_schema::field* moved = old.presence == presence::retired ? nullptr : find(now_shape, old.name);
    if (moved && moved->id != old.id) {
      fault(place + "." + old.name,
            "has " + number(moved->id) + " now, was " + number(old.id) +
                ", but stored events have its value under the old number, where it would be skipped: keep " +
                number(old.id) + (moved->type == old.type ? "." : ", and give the new field a name of its own too."));
      if (!now) return;
    }
    if (!now) {
      if (old.presence != presence::retired) say_gone(place + "." + old.name, old, old_shape);
      kept_.structures.at(now_name).fields.try_emplace(old.id, retired(old));
      return;
    }
    const std::string where = place + "." + now->name;
    const bool other = now->name != old.name;
    if (other && (old.presence == presence::retired || find(old_shape, now->name) || (moved && moved->id != old.id))) {
      fault(where, "takes " + number(old.id) + ", under which stored events may have " + old.name + ", " +
                       a(old.type.text()) + ": take a number that no field ever had.");
      return;
    }
    if (other) {
      fine(where, "was called " + old.name +
                      ": stored events hold no field names, so JSON shows the new name in old events too. "
                      "Write @was " +
                      old.name +
                      " at the field: an import then accepts exports with the old name. If it is meant to be another "
                      "field, give it a new number.");
    }
    compare_presence(where, old, *now);
    compare_protection(where, old, *now);
    compare_types(where, old.type, now->type,
                  "keep " + number(old.id) + " as it is, and add another field, with a " +
                      "number and a name of its own, or another event with an upcast.");
  }

  static event_schema::field retired(event_schema::field of) {
    of.presence = presence::retired;
    of.default_json.reset();
    return of;
  }

  void say_new(const std::string& where, const event_schema::field& added, const event_schema::structure& in) {
    if (in.is_union) return fine(where, "is a new member of the union.");
    if (added.presence == presence::required) {
      return fault(where,
                   "is new and required, but stored events do not have it and could not be read: make it optional, "
                   "or add another event that has it, with an upcast.");
    }
    if (added.default_json) {
      return fine(where, "is new: events stored before are read with its default, " + *added.default_json + ".");
    }
    if (added.presence == presence::optional) return fine(where, "is new and optional: events stored before lack it.");
    fine(where, "is new: events stored before are read with the zero value (0, false, empty), and shown without it.");
  }

  void say_gone(const std::string& where, const event_schema::field& gone, const event_schema::structure& in) {
    if (in.is_union) {
      return fault(where,
                   "is gone from the union, but stored events may hold it, and would be read as holding nothing: "
                   "keep it, but do not use it any more. " +
                       older);
    }
    fine(where, "is gone: stored events keep it, and it is no longer shown. No other field may ever take " +
                    number(gone.id) + ".");
  }

  void compare_presence(const std::string& where, const event_schema::field& old, const event_schema::field& now) {
    if (old.presence == presence::retired) {
      if (now.presence == presence::required) {
        return fault(where,
                     "is back and required, but events stored while it was gone lack it and could not be read: "
                     "make it optional.");
      }
      return fine(where, "is back: events stored while it was gone lack it.");
    }
    if (old.presence != now.presence) {
      const std::string change = "is " + text_of(now.presence) + " now, was " + text_of(old.presence) + ": ";
      if (now.presence == presence::required) {
        return fault(where, change + "events stored " +
                                (old.presence == presence::optional ? "without it" : "before it was added") +
                                " could not be read. Keep it so, or add another event with an upcast.");
      }
      if (old.presence == presence::optional) {
        fine(where, change + "events stored without it are read with the zero value (0, false, empty).");
      } else {
        fine(where, change + "stored events are read as before.");
      }
    }
    // A required field is never absent, and so never read as its default.
    if (old.presence == presence::required || old.default_json == now.default_json) return;
    fault(where, (now.default_json ? "has the default " + *now.default_json + " now" : "has no default any more") +
                     (old.default_json ? ", had " + *old.default_json : ", had none") +
                     ": events stored without it would get another meaning. Keep the default as it was, and let "
                     "decide set the new value.");
  }

  void compare_protection(const std::string& where, const event_schema::field& old, const event_schema::field& now) {
    if (old.personal && !now.personal) {
      fault(where,
            "is no longer @personal, but stored events may hold encrypted values, which could not be shown: tag it "
            "@personal again.");
    } else if (now.personal && !old.personal) {
      fine(where,
           "is @personal now: new values are encrypted. Values that were stored before stay in clear, and no erasure "
           "reaches them; an export, imported into a new data directory, encrypts them too.");
    }
    if (old.subject != now.subject) {
      fine(where, std::string(now.subject ? "names the subject of personal values now"
                                          : "no longer names the subject of personal values") +
                      ": stored values keep the subject that they were encrypted for.");
    }
  }

  void compare_types(const std::string& where, const event_schema::type& old, const event_schema::type& now,
                     const std::string& instead) {
    if (old.is == now.is) {
      if (old.is == kind::structure) return compare_structures(where, old.name, now.name);
      if (old.is == kind::enumeration) return compare_enumerations(where, old.name, now.name);
      const bool map = old.is == kind::map;
      if (map) compare_types(where + "{key}", old.parts[0], now.parts[0], instead);
      if (!old.parts.empty())
        compare_types(where + (map ? "{value}" : "[]"), old.parts.back(), now.parts.back(), instead);
      return;
    }
    const std::string change = "is " + a(now.text()) + " now, was " + a(old.text()) + ": ";
    if (old.is == kind::enumeration && now.is == kind::i32) {
      return fine(where, change + "both are stored as numbers; JSON shows numbers from now on, in old events too.");
    }
    if (old.is == kind::i32 && now.is == kind::enumeration) {
      return fine(where, change + "both are stored as numbers; JSON shows names from now on, in old events too.");
    }
    if (old.is == kind::string && now.is == kind::binary) {
      return fine(where, change + "both are stored as bytes; JSON shows base64 from now on, in old events too.");
    }
    if (old.is == kind::binary && now.is == kind::string) {
      return fault(where, change + "stored bytes need not be UTF-8, so they might not be shown: " + instead);
    }
    fault(where, change + "values stored as one type cannot be read as the other: " + instead);
  }

  void compare_enumerations(const std::string& where, const std::string& old_name, const std::string& new_name) {
    if (!compared_.insert({old_name, new_name}).second) return;
    const auto& old = old_.enumerations.at(old_name);
    const auto& now = now_.enumerations.at(new_name);
    const auto named = [](const event_schema::enumeration& in, std::int32_t value) -> const std::string* {
      for (const auto& [name, number] : in) {
        if (number == value) return &name;
      }
      return nullptr;
    };
    for (const auto& [name, value] : old) {
      const auto same = now.find(name);
      if (same != now.end() && same->second == value) continue;
      const std::string stored = std::to_string(value);
      if (same != now.end()) {
        fault(where, name + " of " + new_name + " is " + std::to_string(same->second) + " now, was " + stored +
                         ", which stored events hold: keep the numbers as they were.");
      } else if (const auto* renamed = named(now, value); renamed && old.count(*renamed) == 0) {
        fine(where, name + " of " + new_name + " is called " + *renamed +
                        " now: stored events hold the number; JSON shows the new name in old events too. Write @was " +
                        name + " at it: an import then accepts exports with the old name.");
      } else {
        fault(where, name + " = " + stored + " is gone from " + new_name +
                         ", but stored events may hold it: keep it, but do not use it any more. " + older);
      }
    }
    for (const auto& [name, value] : now) {
      if (old.count(name) == 0 && !named(old, value))
        fine(where, name + " = " + std::to_string(value) + " is new in " + new_name + ".");
    }
  }

  /// Types that only retired fields reach go on being known, so that a field that comes back can be compared.
  void keep_what_retired_fields_need() {
    for (auto& [name, shape] : std::map(kept_.structures)) {
      for (const auto& [id, field] : shape.fields) keep(field.type);
    }
  }

  void keep(const event_schema::type& of) {
    for (const auto& part : of.parts) keep(part);
    if (of.is == kind::enumeration && old_.enumerations.count(of.name) != 0) {
      kept_.enumerations.try_emplace(of.name, old_.enumerations.at(of.name));
    }
    if (of.is != kind::structure || old_.structures.count(of.name) == 0) return;
    if (!kept_.structures.try_emplace(of.name, old_.structures.at(of.name)).second) return;
    for (const auto& [id, field] : old_.structures.at(of.name).fields) keep(field.type);
  }

  inline static const std::string older = "If this program is older than the data, start the newer one.";

  const std::string name_;
  const event_schema::domain& old_;
  const event_schema::domain& now_;
  event_schema::domain& kept_;
  std::vector<schema_change>& changes_;
  std::set<std::pair<std::string, std::string>> compared_;
};

}  // namespace

std::string described(const schema_change& change) {
  return change.domain + ": " + (change.place.empty() ? "" : change.place + ": ") + change.what;
}

bool comparison::compatible() const {
  return std::none_of(changes.begin(), changes.end(), [](const schema_change& each) { return !each.compatible; });
}

comparison compare(const event_schema& old, const event_schema& now) {
  comparison made{{}, now};
  for (const auto& [name, domain] : old.domains) {
    const auto still = now.domains.find(name);
    if (still == now.domains.end()) {
      made.changes.push_back(
          {false, name, "",
           "is gone, but the event log may hold its events, and they could not be read: keep the domain. If "
           "this program is older "
           "than the data, start the newer one."});
      continue;
    }
    domain_comparison(name, domain, still->second, made.kept.domains.at(name), made.changes).run();
  }
  for (const auto& [name, domain] : now.domains) {
    if (old.domains.count(name) == 0) made.changes.push_back({true, name, "", "is a new domain."});
  }
  return made;
}

}  // namespace weir::schema
