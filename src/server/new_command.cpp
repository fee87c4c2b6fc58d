#include "server/new_command.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "server/new_files.hpp"
#include "server/version.hpp"

namespace weir {
namespace {

constexpr std::size_t domain_name_bytes_max = 40;

// A domain's name becomes a C++ namespace, a Thrift namespace, a CMake target, a program and the first part of a path.
using names = std::vector<std::string_view>;

const names& keywords() {
  static const names all{
      // C++
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
      "char8_t", "char16_t", "char32_t", "class", "compl", "concept", "const", "consteval", "constexpr", "constinit",
      "const_cast", "continue", "co_await", "co_return", "co_yield", "decltype", "default", "delete", "do", "double",
      "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
      "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or",
      "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "return", "short",
      "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this",
      "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual",
      "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "linux", "unix",
      // Thrift, its own and those of the languages that it writes
      "abstract", "alias", "args", "as", "assert", "async", "await", "begin", "binary", "boolean", "byte", "clone",
      "declare", "def", "del", "elif", "elseif", "elsif", "end", "except", "exec", "extends", "finally", "foreach",
      "from", "function", "global", "i16", "i32", "i64", "i8", "implements", "import", "in", "include", "instanceof",
      "interface", "is", "lambda", "list", "map", "module", "native", "next", "nil", "oneway", "optional", "package",
      "pass", "print", "raise", "redo", "required", "rescue", "retry", "self", "senum", "service", "set", "slist",
      "string", "super", "synchronized", "then", "throws", "transient", "undef", "unless", "until", "use", "var",
      "when", "with", "xception", "exception", "yield"};
  return all;
}

/// Names of Weir's: its rooms, its namespaces, and the first parts of its paths.
const names& names_of_weir() {
  static const names all{"admin",   "api",      "auth",    "base",    "cluster",  "codec",      "command", "commands",
                         "docs",    "domain",   "domains", "engine",  "event",    "event_text", "events",  "health",
                         "http",    "idl",      "limits",  "log",     "me",       "metrics",    "net",     "openapi",
                         "problem", "problems", "query",   "queries", "requests", "rpc",        "schema",  "server",
                         "shipped", "state",    "store",   "stream",  "streams",  "testing",    "types",   "weir"};
  return all;
}

/// Names that C, CMake and the libraries have in the scope in which a domain's namespace would be.
const names& taken_names() {
  static const names all{
      "abort",   "abs",     "accept", "access", "alarm",   "all",        "apache",    "asctime",   "atexit", "bind",
      "boost",   "calloc",  "ceil",   "chdir",  "chmod",   "chown",      "clean",     "clock",     "close",  "connect",
      "cos",     "crypt",   "ctime",  "daemon", "data",    "div",        "dup",       "environ",   "erf",    "errno",
      "exit",    "exp",     "fabs",   "fclose", "fcntl",   "fdim",       "fflush",    "floor",     "fmt",    "fopen",
      "fork",    "free",    "fsync",  "gamma",  "getenv",  "gmtime",     "gtest",     "help",      "index",  "install",
      "ioctl",   "isatty",  "kill",   "labs",   "ldiv",    "link",       "listen",    "localtime", "lock",   "lockf",
      "longjmp", "lseek",   "main",   "malloc", "mktime",  "mmap",       "nice",      "nlohmann",  "open",   "openssl",
      "pause",   "perror",  "pipe",   "poll",   "pow",     "prometheus", "pthread",   "puts",      "qsort",  "raise",
      "rand",    "random",  "re2",    "read",   "realloc", "recv",       "remainder", "remove",    "rename", "rindex",
      "rint",    "rocksdb", "round",  "scalb",  "select",  "send",       "setenv",    "shutdown",  "signal", "sin",
      "sleep",   "socket",  "spdlog", "sqrt",   "stat",    "std",        "stderr",    "stdin",     "stdout", "sync",
      "sysconf", "system",  "tan",    "tee",    "test",    "tests",      "time",      "timezone",  "trunc",  "truncate",
      "umask",   "uname",   "unlink", "usleep", "utime",   "wait",       "write"};
  return all;
}

bool is_one_of(const names& all, std::string_view name) { return std::find(all.begin(), all.end(), name) != all.end(); }

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// order_lines -> OrderLines
std::string in_pascal_case(std::string_view name) {
  std::string text;
  bool starts_word = true;
  for (const char c : name) {
    if (c != '_') text += starts_word && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    starts_word = c == '_';
  }
  return text;
}

/// orders -> order, categories -> category, addresses -> address; a name that is no plural stays.
std::string singular_of(std::string_view name) {
  const auto ends = [&](std::string_view end) { return name.size() > end.size() + 1 && name.ends_with(end); };
  const auto without = [&](std::size_t count) { return std::string(name.substr(0, name.size() - count)); };
  if (ends("ies")) return without(3) + "y";
  for (const auto end : {"sses", "xes", "ches", "shes"}) {
    if (ends(end)) return without(2);
  }
  if (ends("s") && !ends("ss") && !ends("us") && !ends("is")) return without(1);
  return std::string(name);
}

/// The words of the files in src/server/new/, and those of this domain. A longer word comes before its own beginning.
std::vector<std::pair<std::string_view, std::string>> words_of(std::string_view domain) {
  const std::string one = in_pascal_case(singular_of(domain));
  std::string member = one;
  member.front() = static_cast<char>(member.front() - 'A' + 'a');
  return {{"Orders", in_pascal_case(domain)},
          {"orders", std::string(domain)},
          {"Order", one},
          {"order", member},
          {"@version@", std::string(version_text)}};
}

std::string in_words(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& words) {
  std::string made;
  while (!text.empty()) {
    const auto word =
        std::find_if(words.begin(), words.end(), [&](const auto& each) { return text.starts_with(each.first); });
    if (word == words.end()) {
      made += text.front();
      text.remove_prefix(1);
    } else {
      made += word->second;
      text.remove_prefix(word->first.size());
    }
  }
  return made;
}

error cannot_write(const std::filesystem::path& path, const std::error_code& why) {
  return {errc::io, "cannot write " + path.string() + ": " + why.message()};
}

result<> write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code ec;
  std::filesystem::create_directories(path.parent_path(), ec);
  if (ec) return cannot_write(path.parent_path(), ec);
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) return cannot_write(path, {errno, std::generic_category()});
  if (!text.starts_with("#!")) return {};
  using std::filesystem::perms;
  std::filesystem::permissions(path, perms::owner_exec | perms::group_exec | perms::others_exec,
                               std::filesystem::perm_options::add, ec);
  if (ec) return cannot_write(path, ec);
  return {};
}

}  // namespace

std::optional<std::string> domain_name_fault(std::string_view name) {
  const std::string quoted = "a domain cannot be called " + std::string(name);
  if (name.empty() || !is_lower(name.front()) || name.ends_with('_') || name.find("__") != name.npos ||
      !std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; })) {
    return quoted + ": a name is lower-case letters, digits and single underscores, and begins with a letter";
  }
  if (name.size() > domain_name_bytes_max) {
    return quoted + ": a name has at most " + std::to_string(domain_name_bytes_max) + " letters";
  }
  if (is_one_of(keywords(), name)) return quoted + ": that is a keyword of C++ or of Thrift";
  if (is_one_of(names_of_weir(), name)) return quoted + ": Weir itself uses that name";
  if (is_one_of(taken_names(), name)) return quoted + ": C, CMake or a library uses that name";
  return std::nullopt;
}

result<> write_new_domain(const new_settings& settings, std::ostream& to) {
  if (auto fault = domain_name_fault(settings.domain)) return error{errc::invalid, "--domain: " + *fault};
  std::error_code ec;
  const auto status = std::filesystem::status(settings.directory, ec);
  if (exists(status)) {
    if (!is_directory(status)) return error{errc::invalid, settings.directory.string() + " is not a directory"};
    const bool empty = std::filesystem::is_empty(settings.directory, ec);
    if (ec) return error{errc::io, "cannot read " + settings.directory.string() + ": " + ec.message()};
    if (!empty) {
      return error{errc::invalid,
                   settings.directory.string() + " is not empty: name a directory that does not exist yet"};
    }
  }
  const auto words = words_of(settings.domain);
  for (const new_file& file : new_files()) {
    const auto path = settings.directory / in_words(file.path, words);
    if (const auto written = write_file(path, in_words(file.text, words)); !written) return written;
  }
  to << settings.directory.string() << " holds the domain " << settings.domain << ". Next:\n\n"
     << "  cd " << settings.directory.string() << "\n"
     << "  script/test      builds it and runs its tests\n"
     << "  script/server    builds it and serves http://127.0.0.1:8080\n\n"
     << "README.md there says what each file holds.\n"
     << std::flush;
  if (!to) return error{errc::io, "cannot write to standard output"};
  return {};
}

}  // namespace weir
