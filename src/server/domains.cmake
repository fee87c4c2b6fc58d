# weir_domains: all domains of the list in src/CMakeLists.txt, each by its name alone: the domain `users` is what users() of
# "users/domain.hpp" makes.
set(includes "")
set(additions "")
foreach(domain ${domains})
  string(APPEND includes "#include \"${domain}/domain.hpp\"\n")
  string(APPEND additions "  all.push_back(${domain}::${domain}());\n")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/domains.cpp.in domains.cpp @ONLY)
list(TRANSFORM domains PREPEND weir_ OUTPUT_VARIABLE domain_targets)
weir_library(domains SOURCES ${CMAKE_CURRENT_BINARY_DIR}/domains.cpp DEPENDS weir_engine ${domain_targets})
