# What all targets share: warnings, sanitizers, and the two kinds of targets there are.
set(WEIR_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")

add_library(weir_flags INTERFACE)
target_compile_options(weir_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror=return-type
                                            -Werror=unused-result)
target_compile_definitions(weir_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
                                                BOOST_BEAST_SEPARATE_COMPILATION)
# Some libraries ask for -pthread, and what is precompiled without it serves nobody who has it.
target_compile_options(weir_flags INTERFACE -pthread)
target_link_libraries(weir_flags INTERFACE Threads::Threads)

# weir_false_alarms(FILE...): sources of the present folder for which GCC 12 gives warnings wrongly: of the standard library's own
# strings and variants, where its headers are precompiled or a sanitizer adds to them; and of the delete of a coroutine's frame,
# inlined, which it takes for that of other memory (its bug 109224).
function(weir_false_alarms)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
                 -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
  endif()
endfunction()

# For everything, generated code too.
if(WEIR_SANITIZE)
  # Asio's fences are of no account to the thread sanitizer, which says so at each.
  if(WEIR_SANITIZE STREQUAL "thread")
    add_compile_options(-Wno-tsan)
  endif()
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEIR_SANITIZE})
endif()

# What nearly every source includes is read once, and not five hundred times. Each source still includes what it uses: the
# preset fuzz builds without.
set(weir_standard_headers <algorithm> <any> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <deque> <filesystem>
                          <functional> <limits> <map> <memory> <mutex> <optional> <set> <span> <stdexcept> <string> <string_view>
                          <thread> <unordered_map> <utility> <variant> <vector>)

# weir_library(NAME SOURCES ... DEPENDS ... [PRECOMPILE ...]): one folder of src/ as one target, which names all it links.
# Whoever uses an installed Weir knows it as Weir::NAME. PRECOMPILE: headers of libraries that many of its sources include.
function(weir_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRECOMPILE")
  add_library(weir_${name} STATIC ${arg_SOURCES})
  add_library(Weir::${name} ALIAS weir_${name})
  target_compile_features(weir_${name} PUBLIC cxx_std_20)
  target_include_directories(weir_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
  target_link_libraries(weir_${name} PUBLIC ${arg_DEPENDS} PRIVATE weir_flags)
  if(name STREQUAL base)  # on which all others depend
    target_precompile_headers(weir_base PRIVATE ${weir_standard_headers})
  elseif(arg_PRECOMPILE)
    target_precompile_headers(weir_${name} PRIVATE ${weir_standard_headers} ${arg_PRECOMPILE})
  else()
    target_precompile_headers(weir_${name} REUSE_FROM weir_base)
  endif()
endfunction()

# weir_test(NAME SOURCES ... DEPENDS ... [PRECOMPILE ...]): one test program, known to ctest as NAME.
function(weir_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRECOMPILE")
  if(NOT TARGET weir_test_headers)
    add_library(weir_test_headers OBJECT ${PROJECT_SOURCE_DIR}/tests/support/headers.cpp)
    target_link_libraries(weir_test_headers PRIVATE weir_flags GTest::gmock)
    target_precompile_headers(weir_test_headers PRIVATE ${weir_standard_headers} <gmock/gmock.h>)
  endif()
  add_executable(test_${name} ${arg_SOURCES})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE ${arg_DEPENDS} weir_flags GTest::gmock GTest::gtest_main)
  if(arg_PRECOMPILE)
    target_precompile_headers(test_${name} PRIVATE ${weir_standard_headers} <gmock/gmock.h> ${arg_PRECOMPILE})
  else()
    target_precompile_headers(test_${name} REUSE_FROM weir_test_headers)
  endif()
  add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
