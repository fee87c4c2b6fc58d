# Debian packages, made by `cpack -G DEB` in a build folder: weir is the program as a service, weir-dev what a domain in a
# repository of its own is built with.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VENDOR Weir)
set(CPACK_PACKAGE_CONTACT "Weir <weir@localhost>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/strip_archives.cmake)

# Only packages hold these: a plain `cmake --install` writes nothing outside of its prefix.
install(FILES package/weir.conf DESTINATION /etc/weir COMPONENT service EXCLUDE_FROM_ALL)
install(FILES package/weir.service DESTINATION lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program service development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENT_PROGRAM_GROUP runtime)
set(CPACK_COMPONENT_SERVICE_GROUP runtime)
set(CPACK_COMPONENT_DEVELOPMENT_GROUP developer)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME weir)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION database)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "Event-sourcing gateway\nThe server with the domains users and ledger, as a service on 127.0.0.1:8080.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS passwd)
set(control ${PROJECT_SOURCE_DIR}/package)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${control}/conffiles ${control}/postinst ${control}/prerm ${control}/postrm)

set(CPACK_DEBIAN_DEVELOPER_PACKAGE_NAME weir-dev)
set(CPACK_DEBIAN_DEVELOPER_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPER_DESCRIPTION "What a domain for Weir is built with\nHeaders, libraries, weir-idl and the CMake package Weir.")
set(CPACK_DEBIAN_DEVELOPER_PACKAGE_SHLIBDEPS ON)
# The libraries of script/bootstrap, which the archives are linked with.
string(JOIN ", " CPACK_DEBIAN_DEVELOPER_PACKAGE_DEPENDS
  "weir (= ${PROJECT_VERSION})" g++ make "cmake (>= 3.25)" pkg-config thrift-compiler libthrift-dev libpugixml-dev
  "libboost1.81-dev | libboost-dev (>= 1.81)" libssl-dev libcurl4-openssl-dev nlohmann-json3-dev librocksdb-dev libzstd-dev prometheus-cpp-dev libspdlog-dev
  libcli11-dev libre2-dev libgoogle-perftools-dev)
set(CPACK_DEBIAN_DEVELOPER_PACKAGE_RECOMMENDS libgtest-dev)

include(CPack)
