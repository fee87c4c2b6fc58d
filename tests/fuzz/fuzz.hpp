#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What the targets of this folder have in common. Each target is one function, try_input(). libFuzzer calls it with
/// inputs that it makes (script/torture --fuzz); replay.cpp calls it with the inputs that are kept in corpus/.
namespace weir::fuzz {

/// Takes one hostile input. Ends the process if a claim does not hold; the sanitizers do if memory is misused.
void try_input(std::string_view input);

/// Ends the process unless the claim holds.
inline void claim(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Takes the first byte off the input: a choice that the input makes. 0 if there is none.
inline unsigned take_choice(std::string_view& input) {
  if (input.empty()) return 0;
  const auto choice = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  return choice;
}

}  // namespace weir::fuzz
