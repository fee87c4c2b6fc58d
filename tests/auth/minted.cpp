#include "auth/minted.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace weir::auth::testing {

const json& minted() {
  static const json all = [] {
    const char* file = std::getenv("WEIR_MINTED");
    if (file == nullptr) throw std::runtime_error("WEIR_MINTED names no file: run this test by ctest");
    std::ifstream in(file);
    return json::parse(in);
  }();
  return all;
}

std::string token(const std::string& name) { return minted().at("tokens").at(name).get<std::string>(); }

std::string key_set_text(const std::string& name) { return minted().at("sets").at(name).dump(); }

json issuer(json changed) {
  json made{{"issuer", "https://login.example.org"}, {"audiences", {"weir"}}};
  if (!changed.contains("keysUrl")) made["keysFile"] = "keys.json";
  made.update(changed);
  return made;
}

json access(json from) { return {{"issuers", json::array({std::move(from)})}}; }

}  // namespace weir::auth::testing
