# Every library comes from the packages of Debian 12 or 13: script/bootstrap installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(RocksDB REQUIRED)
find_package(pugixml REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(thrift REQUIRED IMPORTED_TARGET thrift)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(libzstd REQUIRED IMPORTED_TARGET libzstd)
find_program(thrift_compiler thrift REQUIRED)
# What the hot paths call into is linked statically: as shared libraries RocksDB and the allocator take a twentieth to a tenth
# more processor time, most of it for their thread-local variables. The thread sanitizer knows a library by its file.
set(rocksdb_library RocksDB::rocksdb)
if(WEIR_SANITIZE)
  set(rocksdb_library RocksDB::rocksdb-shared)
endif()
# RocksDB and a server whose threads free what others took: a fifth less processor time a command than with glibc's malloc.
find_library(static_tcmalloc libtcmalloc_minimal.a REQUIRED)
set(allocator_library -l:libtcmalloc_minimal.a)  # by its name, so that an installed Weir finds that of its own machine
if(WEIR_TESTS)
  find_package(GTest REQUIRED)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
