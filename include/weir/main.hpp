#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include "domain/tables.hpp"

namespace weir {

/// The domains of one program, as `{orders::domain(), billing::domain()}`. A domain is moved into it, never copied.
class domain_list {
 public:
  template <std::same_as<domain>... Domains>
  domain_list(Domains... each) {  // NOLINT: implicit by purpose
    (domains_.push_back(std::move(each)), ...);
  }
  domain_list(std::vector<domain> domains) : domains_(std::move(domains)) {}  // NOLINT: implicit by purpose

  [[nodiscard]] std::vector<domain> take() && { return std::move(domains_); }

 private:
  std::vector<domain> domains_;
};

/// The whole program that serves these domains, with every subcommand of `weir`; what it returns is the exit code.
///
///     int main(int argc, char** argv) { return weir::main(argc, argv, {orders::domain()}); }
///
/// Order:   a Thrift call that names no domain means the first.
/// Errors:  reported on standard error in a sentence; also if two domains share a command, event, view, path or
///          category.
[[nodiscard]] int main(int argc, char** argv, domain_list domains);

}  // namespace weir
