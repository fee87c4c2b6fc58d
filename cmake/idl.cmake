# Thrift files as C++: the structs by the Thrift compiler, and a domain's binding by weir-idl (src/schema/tool.cpp). Weir's
# own build includes this file, and so does find_package(Weir).
#
# weir_idl(NAME users DIRECTORY .../idl/users NAMESPACE weir::users [TYPES_ONLY])
#
# makes the static library weir_idl_<NAME> of all .thrift files of the folder, from the headers
#   "<NAME>/<file>_types.h"   the structs of each file, but for the one that declares the service: Weir serves it by the schema
#   "<NAME>/binding.hpp"      the domain at compile time and its schema (not with TYPES_ONLY)
# A NAME is taken once: a second call with it is an error. Whatever breaks the rules of docs/idl.md fails the build with one line a fault.
#
# weir_domain(NAME orders DIRECTORY idl NAMESPACE orders SOURCES src/orders/rules.cpp ...)
#
# makes the static library orders_domain of a domain's IDL and C++: weir_idl() and the sources, linked with Weir::domain.
#
# A file may include "weir/weir.thrift" from wherever it is: Weir's own IDL is found beside the domain's.
include_guard(GLOBAL)
set(weir_idl_mend ${CMAKE_CURRENT_LIST_DIR}/idl_mend.cmake)
set(weir_idl_thrift ${CMAKE_CURRENT_LIST_DIR}/idl_thrift.cmake)
if(NOT DEFINED WEIR_IDL_DIR)
  set(WEIR_IDL_DIR ${PROJECT_SOURCE_DIR}/idl)
  set(WEIR_BINDING_INCLUDES ${PROJECT_SOURCE_DIR}/include)
endif()

# All files that `file` includes, and theirs, appended to the list `found`.
function(weir_idl_closure file found)
  if(file IN_LIST ${found})
    return()
  endif()
  list(APPEND ${found} ${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  cmake_path(GET file PARENT_PATH folder)
  file(STRINGS ${file} includes REGEX "^[ \t]*include[ \t]")
  foreach(line ${includes})
    string(REGEX REPLACE "^[ \t]*include[ \t]+[\"']([^\"']+)[\"'].*$" "\\1" included ${line})
    set(beside ${included})
    cmake_path(ABSOLUTE_PATH beside BASE_DIRECTORY ${folder} NORMALIZE)
    cmake_path(ABSOLUTE_PATH included BASE_DIRECTORY ${WEIR_IDL_DIR} NORMALIZE)
    if(EXISTS ${beside})
      set(included ${beside})
    elseif(NOT EXISTS ${included})
      message(FATAL_ERROR "${file} includes ${beside}, which is not there; nor is it in ${WEIR_IDL_DIR}")
    endif()
    weir_idl_closure(${included} ${found})
  endforeach()
  set(${found} ${${found}} PARENT_SCOPE)
endfunction()

# Refuses a typedef of a typedef: Thrift's XML shows it as the base type, and the rules of the inner one would be lost unseen.
function(weir_idl_check_typedefs)
  set(names "")
  set(bases "")
  foreach(file ${ARGN})
    file(STRINGS ${file} lines REGEX "^[ \t]*typedef[ \t]")
    foreach(line ${lines})
      if(line MATCHES "typedef[ \t]+([A-Za-z0-9_.]+)[ \t]+([A-Za-z0-9_]+)")
        list(APPEND names ${CMAKE_MATCH_2})
        list(APPEND bases "${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${file}")
      endif()
    endforeach()
  endforeach()
  foreach(entry ${bases})
    string(REGEX MATCH "^([^ ]*\\.)?([^ .]+) ([^ ]+) (.*)$" matched "${entry}")
    if(CMAKE_MATCH_2 IN_LIST names)
      message(FATAL_ERROR "${CMAKE_MATCH_4}: ${CMAKE_MATCH_3} is a typedef of a typedef, whose rules Thrift would lose: "
                          "write them out")
    endif()
  endforeach()
endfunction()

function(weir_idl)
  cmake_parse_arguments(PARSE_ARGV 0 arg "TYPES_ONLY" "NAME;DIRECTORY;NAMESPACE" "")
  set(target weir_idl_${arg_NAME})
  if(TARGET ${target})
    get_target_property(first_place ${target} WEIR_IDL_PLACE)
    message(FATAL_ERROR "There are two weir_idl(NAME ${arg_NAME}): one in ${first_place}, one in ${CMAKE_CURRENT_LIST_FILE}. "
                        "The names of headers and targets are made of NAME: give one of them another name. "
                        "A target of another folder may be linked from anywhere: weir_idl_${arg_NAME}.")
  endif()
  set(out ${CMAKE_BINARY_DIR}/idl/${arg_NAME})
  file(MAKE_DIRECTORY ${out})

  file(GLOB own CONFIGURE_DEPENDS ${arg_DIRECTORY}/*.thrift)
  set(all "")
  foreach(file ${own})
    weir_idl_closure(${file} all)
  endforeach()

  weir_idl_check_typedefs(${all})

  # Each file is one run of the compiler: -r would leave out what no other file includes.
  set(sources "")
  set(headers "")
  set(cpp_commands "")
  foreach(file ${own})
    cmake_path(GET file STEM stem)
    file(STRINGS ${file} services REGEX "^[ \t]*service[ \t]")
    if(NOT services)
      list(APPEND sources ${out}/${stem}_types.cpp)
      list(APPEND headers ${out}/${stem}_types.h ${out}/${stem}_types.tcc)
      list(APPEND include_options --include ${arg_NAME}/${stem}_types.h)
      list(APPEND cpp_commands COMMAND ${CMAKE_COMMAND} -DTHRIFT=${thrift_compiler} -DGENERATE=cpp:templates,moveable_types,no_skeleton -DOUT=${out} -DFILE=${file}
                   -DINCLUDES=${WEIR_IDL_DIR} -P ${weir_idl_thrift}
           COMMAND ${CMAKE_COMMAND} -DNAME=${arg_NAME} -DSTEM=${out}/${stem}_types -P ${weir_idl_mend})
    endif()
  endforeach()
  add_custom_command(OUTPUT ${sources} ${headers} ${cpp_commands} DEPENDS ${all} ${weir_idl_mend} ${weir_idl_thrift} VERBATIM
                     COMMENT "Thrift structs of ${arg_NAME}")

  if(NOT arg_TYPES_ONLY)
    set(documents "")
    set(xml_commands "")
    foreach(file ${all})
      cmake_path(GET file STEM stem)
      list(APPEND documents ${out}/${stem}.xml)
      list(APPEND xml_commands COMMAND ${CMAKE_COMMAND} -DTHRIFT=${thrift_compiler} -DGENERATE=xml -DOUT=${out} -DFILE=${file}
                   -DINCLUDES=${WEIR_IDL_DIR} -P ${weir_idl_thrift})
    endforeach()
    add_custom_command(OUTPUT ${documents} ${xml_commands} DEPENDS ${all} ${weir_idl_thrift} VERBATIM COMMENT "Thrift schema of ${arg_NAME}")
    add_custom_command(
      OUTPUT ${out}/binding.hpp ${out}/binding.cpp
      COMMAND Weir::idl_tool --name ${arg_NAME} --namespace ${arg_NAMESPACE} ${include_options} --out ${out} ${documents}
      DEPENDS Weir::idl_tool ${documents} VERBATIM COMMENT "Binding of ${arg_NAME}")
    list(APPEND sources ${out}/binding.cpp)
    list(APPEND headers ${out}/binding.hpp)
  endif()

  # Generated code is compiled without our warnings, and its headers are a system's to whoever includes them.
  add_library(${target} STATIC ${sources} ${headers})
  set_target_properties(${target} PROPERTIES WEIR_IDL_PLACE ${CMAKE_CURRENT_LIST_FILE})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} SYSTEM PUBLIC $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/idl>)
  target_link_libraries(${target} PUBLIC PkgConfig::thrift)
  if(NOT arg_TYPES_ONLY)
    target_include_directories(${target} PUBLIC ${WEIR_BINDING_INCLUDES})
    target_link_libraries(${target} PUBLIC Weir::schema)
  endif()
endfunction()

function(weir_domain)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;DIRECTORY;NAMESPACE" "SOURCES")
  foreach(needed NAME DIRECTORY NAMESPACE SOURCES)
    if(NOT arg_${needed})
      message(FATAL_ERROR "weir_domain(NAME ... DIRECTORY ... NAMESPACE ... SOURCES ...): ${needed} is missing")
    endif()
  endforeach()
  cmake_path(ABSOLUTE_PATH arg_DIRECTORY BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  weir_idl(NAME ${arg_NAME} DIRECTORY ${arg_DIRECTORY} NAMESPACE ${arg_NAMESPACE})
  add_library(${arg_NAME}_domain STATIC ${arg_SOURCES})
  target_link_libraries(${arg_NAME}_domain PUBLIC Weir::domain weir_idl_${arg_NAME})
endfunction()
