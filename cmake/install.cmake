# What find_package(Weir) finds: Weir::domain, Weir::testing and Weir::server with all that they are made of, the headers that
# an author's code needs, Weir's IDL, weir-idl, and the functions of cmake/idl.cmake.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(packaged_headers ${CMAKE_INSTALL_INCLUDEDIR})
set(packaged_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/Weir)
set(packaged_idl ${CMAKE_INSTALL_DATADIR}/weir/idl)

# All targets of this build that the three are linked with.
set(packaged "")
set(waiting weir_domain weir_testing weir_server)
while(waiting)
  list(POP_FRONT waiting target)
  string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" target ${target})
  if(target IN_LIST packaged OR NOT target MATCHES "^weir_|^Weir::" OR NOT TARGET ${target})
    continue()
  endif()
  get_target_property(aliased ${target} ALIASED_TARGET)
  if(aliased)
    list(APPEND waiting ${aliased})
    continue()
  endif()
  list(APPEND packaged ${target})
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  if(links)
    list(APPEND waiting ${links})
  endif()
endwhile()
foreach(target ${packaged})
  string(REGEX REPLACE "^weir_" "" name ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
endforeach()
set_target_properties(weir_idl_tool PROPERTIES EXPORT_NAME idl_tool)

install(TARGETS ${packaged} weir_idl_tool EXPORT WeirTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/weir COMPONENT development
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT development
  INCLUDES DESTINATION ${packaged_headers})
install(EXPORT WeirTargets NAMESPACE Weir:: DESTINATION ${packaged_cmake} COMPONENT development)

# Of the headers only those that an author's code needs, directly or not, under weir/. There `base/error.hpp` is
# `weir/base/error.hpp`, so that an author's own folder base/ is another.
install(CODE "
  set(source \"${PROJECT_SOURCE_DIR}\")
  set(into \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${packaged_headers}/weir\")
  include(\"${PROJECT_SOURCE_DIR}/cmake/install_headers.cmake\")
" COMPONENT development)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/idl/weir DESTINATION ${packaged_idl} COMPONENT development
        FILES_MATCHING PATTERN *.thrift)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/idl.cmake ${PROJECT_SOURCE_DIR}/cmake/idl_mend.cmake ${PROJECT_SOURCE_DIR}/cmake/idl_thrift.cmake
        DESTINATION ${packaged_cmake} COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/WeirConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/WeirConfig.cmake
  INSTALL_DESTINATION ${packaged_cmake} PATH_VARS packaged_idl)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/WeirConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/WeirConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/WeirConfigVersion.cmake
        DESTINATION ${packaged_cmake} COMPONENT development)

install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
