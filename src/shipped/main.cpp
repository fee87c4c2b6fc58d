#include "weir/main.hpp"

#include "shipped/domains.hpp"

int main(int argc, char** argv) { return weir::main(argc, argv, weir::shipped_domains()); }
