#include "weir/main.hpp"

#include "orders/domain.hpp"

int main(int argc, char** argv) { return weir::main(argc, argv, {orders::domain()}); }
