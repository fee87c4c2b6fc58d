// weir-idl: checks the IDL of a domain, and writes its C++ binding.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <CLI/CLI.hpp>

#include "schema/binding_writer.hpp"

namespace {

namespace fs = std::filesystem;

std::optional<std::string> contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  return static_cast<bool>(out.flush());
}

int fail(const std::string& lines) {
  std::fprintf(stderr, "%s\n", lines.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Checks the IDL of a Weir domain, as `thrift --gen xml` prints it, and writes the domain's C++ binding.",
               "weir-idl");
  weir::schema::binding_options options;
  std::vector<std::string> paths;
  std::string out;
  app.add_option("--name", options.name, "The domain");
  app.add_option("--namespace", options.scope, "The C++ namespace of the binding");
  app.add_option("--include", options.includes, "A generated header of the domain's structs")->allow_extra_args(false);
  auto* out_option =
      app.add_option("--out", out, "The folder for binding.hpp and binding.cpp; without it they are only checked");
  out_option->needs("--name")->needs("--namespace");
  app.add_option("documents", paths, "The XML of every file of the domain and of all that they include")->required();
  CLI11_PARSE(app, argc, argv);

  std::vector<weir::schema::document> documents;
  for (const fs::path path : paths) {
    auto xml = contents(path);
    if (!xml) return fail(path.string() + ": cannot be read");
    documents.push_back({path.stem().string(), std::move(*xml)});
  }
  const auto read = weir::schema::idl::read(documents);
  if (!read) return fail(read.error().detail);
  if (out.empty()) return 0;

  const bool written = write(fs::path(out) / "binding.hpp", binding_header(**read, options)) &&
                       write(fs::path(out) / "binding.cpp", binding_source(documents, options));
  return written ? 0 : fail(out + ": the binding cannot be written");
}
