#include "server/environment.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include "base/suggestion.hpp"

namespace weir {
namespace {

constexpr std::string_view prefix = "WEIR_";

/// Kubernetes tells each container of a service called `weir` by variables such as WEIR_SERVICE_HOST and WEIR_PORT.
bool is_of_a_service(std::string_view variable) {
  return variable == "WEIR_PORT" || variable.starts_with("WEIR_PORT_") || variable.starts_with("WEIR_SERVICE_");
}

void add_variables(std::vector<std::string>& to, CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_envname().empty()) to.push_back(option->get_envname());
  }
}

}  // namespace

environment environment::take() {
  environment taken;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text = *each;
    const auto equals = text.find('=');
    if (!text.starts_with(prefix) || equals == text.npos) continue;
    taken.variables_.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const auto& [name, value] : taken.variables_) unsetenv(name.c_str());
  std::erase_if(taken.variables_, [](const auto& each) { return each.second.empty(); });
  return taken;
}

const std::string* environment::find(const std::string& variable) const {
  const auto found = variables_.find(variable);
  return found == variables_.end() ? nullptr : &found->second;
}

void environment::announce_to(CLI::App& command) const {
  for (CLI::Option* option : command.get_options()) {
    if (find(option->get_envname()) != nullptr) option->required(false);
  }
}

result<> environment::set_options_of(CLI::App& command) const {
  for (CLI::Option* option : command.get_options()) {
    const std::string* value = find(option->get_envname());
    if (value == nullptr || option->count() > 0) continue;
    try {
      option->add_result(*value);
      option->run_callback();
    } catch (const CLI::ParseError& fault) {
      return error{errc::invalid, "the environment variable " + option->get_envname() +
                                      " has a value that is not accepted: " + fault.what()};
    }
  }
  return {};
}

std::vector<std::string> environment::unknown_to(CLI::App& program) const {
  std::vector<std::string> known;
  add_variables(known, program);
  for (CLI::App* command : program.get_subcommands({})) add_variables(known, *command);
  std::vector<std::string> sentences;
  for (const auto& [name, value] : variables_) {
    if (std::find(known.begin(), known.end(), name) != known.end() || is_of_a_service(name)) continue;
    sentences.push_back("the environment variable " + name + " sets no option" +
                        suggestion(name, std::vector<std::string_view>(known.begin(), known.end())));
  }
  return sentences;
}

}  // namespace weir
