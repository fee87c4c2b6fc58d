#include "weir/main.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/suggestion.hpp"
#include "server/archive_command.hpp"
#include "server/backup_command.hpp"
#include "server/environment.hpp"
#include "server/export_command.hpp"
#include "server/import_command.hpp"
#include "server/new_command.hpp"
#include "server/openapi_command.hpp"
#include "server/restore_command.hpp"
#include "server/schema_command.hpp"
#include "server/serve.hpp"
#include "server/settings.hpp"
#include "server/token_command.hpp"
#include "server/verify_command.hpp"
#include "server/version.hpp"

namespace {

constexpr int exit_well = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

/// What this program is called, for messages: it has the name of its own domain where it serves one. Set once, at the
/// start.
std::string program_name = "weir";

int failed(const weir::error& why) {
  std::cerr << program_name << ": " << why.detail << '\n';
  return exit_failed;
}

int wrong_usage(const std::string& why) {
  std::cerr << program_name << ": " << why << "; " << program_name << " --help lists the commands, and " << program_name
            << " serve --help its options\n";
  return exit_wrong_usage;
}

int print_schema(const weir::catalog& domains, const std::string& after) {
  const auto printed = weir::print_schema(domains, after, std::cout);
  return printed ? exit_well : failed(printed.error());
}

/// 1 says that a change is incompatible, and nothing else; what cannot be compared is 2.
int check_schema(const weir::catalog& domains, const std::string& old, const std::string& now) {
  const auto compatible = weir::check_schema(domains, old, now, std::cout);
  if (compatible) return *compatible ? exit_well : exit_failed;
  std::cerr << program_name << ": " << compatible.error().detail << '\n';
  return exit_wrong_usage;
}

void add_format(CLI::App& command, weir::event_text::event_format& format) {
  const std::map<std::string, weir::event_text::event_format> formats{
      {"events", weir::event_text::event_format::events}, {"cloudevents", weir::event_text::event_format::cloudevents}};
  command.add_option("--format", format, "events: as GET /events returns them; cloudevents: CloudEvents 1.0")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("events");
}

void add_options(CLI::App& command, weir::export_settings& settings) {
  command.add_option("--data", settings.data, "Data directory; no server may be running on it")
      ->required()
      ->envname("WEIR_DATA")
      ->type_name("DIR");
  command.add_option("--to", settings.to, "File to write; - for standard output")
      ->capture_default_str()
      ->type_name("FILE");
  add_format(command, settings.format);
  command.add_option("--after", settings.after, "Export only the events after this position")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str()
      ->type_name("POSITION");
}

void add_options(CLI::App& command, weir::import_settings& settings) {
  command
      .add_option("--data", settings.data,
                  "Data directory; no server may be running on it; created if it does not exist")
      ->required()
      ->envname("WEIR_DATA")
      ->type_name("DIR");
  command.add_option("--from", settings.from, "File to read; - for standard input")
      ->capture_default_str()
      ->type_name("FILE");
  add_format(command, settings.format);
}

void add_options(CLI::App& command, weir::verify_settings& settings) {
  command
      .add_option("--data", settings.data,
                  "Data directory; no server may be running on it. It is not changed, and may be read-only")
      ->required()
      ->envname("WEIR_DATA")
      ->type_name("DIR");
  command.add_flag("--json", settings.json, "Print the report as JSON");
  command
      .add_option("--temporary", settings.temporary,
                  "Directory for temporary rows, as large as all views together; default: TMPDIR, or /tmp")
      ->type_name("DIR");
  CLI::Option* checkpoint =
      command
          .add_option("--checkpoint", settings.checkpoint,
                      "A checkpoint of GET /log/checkpoint: the history must be that one up to there")
          ->type_name("FILE");
  command
      .add_option("--public-key", settings.public_key, "File with the public key of the checkpoint's signature, in PEM")
      ->needs(checkpoint)
      ->type_name("FILE");
  checkpoint->needs(command.get_option("--public-key"));
  command.add_option("--faults", settings.faults_max, "Maximum number of faults to print; all are counted")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
}

/// 1: something is wrong with the data, or it could not be read; 2: there is no data to verify.
int verify(const weir::verify_settings& settings, const weir::catalog& domains) {
  const auto sound = weir::verify_data(settings, domains, std::cout);
  if (sound) return *sound ? exit_well : exit_failed;
  return sound.error().code == weir::errc::invalid ? wrong_usage(sound.error().detail) : failed(sound.error());
}

void add_options(CLI::App& command, weir::backup_settings& settings) {
  weir::add_options(command, settings.from);
  command.add_option("--to", settings.to, "Directory of backups to add one to; made if it does not exist")
      ->required()
      ->type_name("DIR");
  command.add_option("--keep", settings.keep, "Number of backups to keep there, the newest; 0: all")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000));
  command.add_option("--rate", settings.rate_mebibytes, "MiB per second to fetch at most; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(0, 1 << 20));
}

void add_options(CLI::App& command, weir::archive_settings& settings) {
  weir::add_options(command, settings.from);
  command.add_option("--to", settings.to, "Directory of the archive; made if it does not exist")
      ->required()
      ->type_name("DIR");
  command.add_flag("--once", settings.once, "End when everything is there that the server has");
  command.add_option("--segment-mebibytes", settings.segment_mebibytes, "Size of a file, after which another is begun")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'024));
}

void add_options(CLI::App& command, weir::restore_command_settings& settings) {
  command.add_option("--from", settings.from, "Directory of backups")->type_name("DIR");
  command.add_option("--archive", settings.archive, "Directory of an archive")->type_name("DIR");
  command.add_option("--keys", settings.keys, "Directory with the keys of the personal data, which are copied")
      ->type_name("DIR");
  command.add_option("--data", settings.data, "Data directory to make; must not exist, or be empty")
      ->required()
      ->type_name("NEW");
  auto* to = command.add_option_group("moment", "At most one; without one: the last commit there is");
  to->add_option("--to-position", settings.position, "Restore up to this position")->type_name("POSITION");
  to->add_option("--to-time", settings.time, "Restore the last commit that is not later than this time of RFC 3339")
      ->check([](const std::string& text) {
        return weir::from_rfc3339(text) ? "" : text + " is no time of RFC 3339, such as 2026-11-23T03:20:00Z";
      })
      ->type_name("TIME");
  to->add_option("--to-hash", settings.hash, "Restore the commit with this hash, as GET /log shows it")
      ->check([](const std::string& text) {
        const bool is_hash = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
        return is_hash ? "" : text + " is no SHA-256: 64 lower-case hexadecimal digits";
      })
      ->type_name("HASH");
  to->require_option(0, 1);
  command.add_option("--backup", settings.backup, "Id of the backup to begin with; default: the newest that fits")
      ->type_name("ID");
}

/// `weir token` and its three commands.
struct token_commands {
  CLI::App *all, *create, *list, *revoke;
};

token_commands add_token_commands(CLI::App& app, weir::token_settings& settings) {
  CLI::App* all = app.add_subcommand("token", "Make, list and revoke API tokens; --auth FILE says where");
  all->require_subcommand(1);
  all->add_option("--auth", settings.access_file, "The access file; the tokens are in the file that it names")
      ->required()
      ->envname("WEIR_AUTH")
      ->type_name("FILE");
  CLI::App* create = all->add_subcommand("create", "Make a token and print it: it is shown only now");
  create->add_option("--name", settings.name, "Name of the caller who has it")->required()->type_name("NAME");
  create->add_option("--role", settings.roles, "A role of the access file; may be repeated")
      ->required()
      ->type_name("ROLE");
  create
      ->add_option("--expires", settings.expires, "Time to live, such as 90d, or a time of RFC 3339; never if left out")
      ->type_name("WHEN");
  CLI::App* list = all->add_subcommand("list", "Print all tokens, without their secrets");
  CLI::App* revoke = all->add_subcommand("revoke", "Make a token invalid for good");
  revoke->add_option("ID", settings.id, "The token's id, as list shows it")->required();
  for (CLI::App* each : {create, list, revoke}) each->footer("--auth FILE (WEIR_AUTH) names the access file.");
  return {all, create, list, revoke};
}

int run_token_command(const token_commands& commands, const weir::token_settings& settings) {
  const auto now = weir::wall_clock_now();
  const auto done = commands.create->parsed() ? weir::create_token(settings, now, std::cout)
                    : commands.list->parsed() ? weir::list_tokens(settings, now, std::cout)
                                              : weir::revoke_token(settings, now, std::cout);
  return done ? exit_well : failed(done.error());
}

/// What is wrong with a command line. The library says of an unknown command only that it wants one.
std::string explain(const CLI::App& app, const CLI::ParseError& fault) {
  const std::vector<std::string> rest = app.remaining();
  const auto command = std::find_if(rest.begin(), rest.end(), [](const auto& each) { return !each.starts_with('-'); });
  if (!app.get_subcommands().empty() || command == rest.end()) return fault.what();
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands({})) names.push_back(each->get_name());
  return "there is no command " + *command +
         weir::suggestion(*command, std::vector<std::string_view>(names.begin(), names.end()));
}

int run(int argc, char** argv, weir::domain_list listed) {
  CLI::App app{"Weir, an event-sourcing gateway: commands in over HTTP/JSON, events on disk, queries out",
               program_name};
  app.require_subcommand(1);
  app.fallthrough();
  const auto variables = weir::environment::take();
  const std::string* config = variables.find("WEIR_CONFIG");
  // The variable is the default: a file that it names has to be there, as one that the command line names.
  app.set_config("--config", config ? *config : "",
                 "Configuration file (TOML): lines name = value in a section [serve]", config != nullptr)
      ->envname("WEIR_CONFIG");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.config_formatter(std::make_shared<weir::config_file>(variables));

  weir::serve_settings settings;
  CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGTERM, SIGINT or SIGQUIT");
  weir::add_options(*serve, settings);
  weir::export_settings exporting;
  CLI::App* exports = app.add_subcommand("export", "Write the event log, one event per line");
  add_options(*exports, exporting);
  weir::import_settings importing;
  CLI::App* imports = app.add_subcommand("import", "Import the events that export wrote, as they were recorded");
  add_options(*imports, importing);
  weir::verify_settings verifying;
  CLI::App* verifies =
      app.add_subcommand("verify", "Read everything in a data directory and check it: exit 0 if it is sound, 1 if not");
  add_options(*verifies, verifying);
  weir::backup_settings backing_up;
  CLI::App* backups = app.add_subcommand("backup", "Take a backup of a running server into a directory");
  add_options(*backups, backing_up);
  weir::archive_settings archiving;
  CLI::App* archives = app.add_subcommand("archive", "Follow a server's event log into files, until SIGTERM or SIGINT");
  add_options(*archives, archiving);
  weir::restore_command_settings restoring;
  CLI::App* restores =
      app.add_subcommand("restore", "Make a data directory, as it was at a moment, of a backup, an archive, or both");
  add_options(*restores, restoring);
  CLI::App* openapi = app.add_subcommand("openapi", "Print the OpenAPI document");
  std::string earlier_schema, old_schema, new_schema;
  CLI::App* schema = app.add_subcommand("schema", "Print the schema of this program's events, as JSON");
  schema->add_option("--after", earlier_schema,
                     "An earlier schema; fields that only its events have are marked as retired");
  CLI::App* check = schema->add_subcommand("check",
                                           "Print every change between two schemas: exit 0 if stored events are "
                                           "read as before, 1 if not");
  check->add_option("OLD", old_schema, "A file, - for standard input, or a data directory that no server is running on")
      ->required();
  check->add_option("NEW", new_schema, "The same; default: this program's schema");
  weir::new_settings creating;
  CLI::App* creates =
      app.add_subcommand("new", "Write a repository for a domain of your own: IDL, rules, views, tests");
  creates->add_option("DIR", creating.directory, "Directory to write to; must be absent or empty")->required();
  creates->add_option("--domain", creating.domain, "Name of the domain, such as orders")->required()->type_name("NAME");
  weir::token_settings token;
  const token_commands tokens = add_token_commands(app, token);
  CLI::App* version = app.add_subcommand("version", "Print the version");

  for (CLI::App* command : app.get_subcommands({})) variables.announce_to(*command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::FileError& e) {
    return wrong_usage("the file that --config or WEIR_CONFIG names cannot be read: " + std::string(e.what()));
  } catch (const CLI::ConfigError& e) {
    return wrong_usage("the configuration file sets an unknown option: " + std::string(e.what()));
  } catch (const CLI::ParseError& e) {
    return wrong_usage(explain(app, e));
  }

  for (CLI::App* command : app.get_subcommands()) {
    if (const auto set = variables.set_options_of(*command); !set) return wrong_usage(set.error().detail);
  }

  if (version->parsed()) {
    std::cout << "weir " << weir::version_text << '\n';
    return exit_well;
  }

  if (creates->parsed()) {
    const auto written = weir::write_new_domain(creating, std::cout);
    if (written) return exit_well;
    return written.error().code == weir::errc::invalid ? wrong_usage(written.error().detail) : failed(written.error());
  }

  if (tokens.all->parsed()) return run_token_command(tokens, token);

  if (backups->parsed() || archives->parsed()) {
    const auto done = backups->parsed() ? weir::take_backup(backing_up) : weir::archive_log(archiving);
    return done ? exit_well : failed(done.error());
  }

  const weir::catalog domains(std::move(listed).take());
  if (restores->parsed()) {
    const auto restored = weir::restore_data(restoring, domains);
    return restored ? exit_well : failed(restored.error());
  }

  if (openapi->parsed()) return weir::print_openapi(domains, std::cout) ? exit_well : exit_failed;

  if (check->parsed()) return check_schema(domains, old_schema, new_schema);
  if (schema->parsed()) return print_schema(domains, earlier_schema);

  if (exports->parsed()) {
    const auto exported = weir::export_log(exporting, domains);
    return exported ? exit_well : failed(exported.error());
  }

  if (imports->parsed()) {
    const auto imported = weir::import_log(importing, domains);
    return imported ? exit_well : failed(imported.error());
  }

  if (verifies->parsed()) return verify(verifying, domains);

  settings.warnings = variables.unknown_to(app);
  const auto ended = weir::serve(settings, domains);
  if (ended) return exit_well;
  if (ended.error().code == weir::errc::invalid) return wrong_usage(ended.error().detail);
  return failed(ended.error());
}

}  // namespace

int weir::main(int argc, char** argv, domain_list domains) {
  try {
    if (argc > 0) program_name = std::filesystem::path(argv[0]).filename().string();
    return run(argc, argv, std::move(domains));
  } catch (const std::exception& e) {
    std::cerr << program_name << ": " << e.what() << '\n';
    return exit_failed;
  }
}
