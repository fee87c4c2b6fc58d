#include <cstdio>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "server/openapi_command.hpp"
#include "server/serve.hpp"
#include "server/settings.hpp"
#include "server/version.hpp"

namespace {

constexpr int exit_well = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

int wrong_usage(const std::string& why) {
  std::cerr << "weir: " << why << "; weir serve --help lists what there is\n";
  return exit_wrong_usage;
}

int run(int argc, char** argv) {
  CLI::App app{"Weir, an event-sourcing gateway: commands in over HTTP/JSON, events on disk, queries out", "weir"};
  app.require_subcommand(1);
  app.fallthrough();
  app.set_config("--config", "", "File with options of the command, name = value in a section [serve]")
      ->envname("WEIR_CONFIG");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.config_formatter(std::make_shared<weir::config_file>());

  weir::serve_settings settings;
  CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGTERM or SIGINT");
  weir::add_options(*serve, settings);
  CLI::App* openapi = app.add_subcommand("openapi", "Print the OpenAPI document");
  CLI::App* version = app.add_subcommand("version", "Print the version");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ConfigError& e) {
    return wrong_usage("the configuration file sets something that is no option: " + std::string(e.what()));
  } catch (const CLI::ParseError& e) {
    return wrong_usage(e.what());
  }

  if (version->parsed()) {
    std::cout << "weir " << weir::version_text << '\n';
    return exit_well;
  }

  if (openapi->parsed()) return weir::print_openapi(std::cout) ? exit_well : exit_failed;

  const auto ended = weir::serve(settings);
  if (ended) return exit_well;
  if (ended.error().code == weir::errc::invalid) return wrong_usage(ended.error().detail);
  std::cerr << "weir: " << ended.error().detail << '\n';
  return exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "weir: " << e.what() << '\n';
    return exit_failed;
  }
}
