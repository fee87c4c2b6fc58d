# Runs the Thrift compiler on one file, and says where a word stands that cannot be a name. The compiler says the word alone; from 0.19 on it
# takes every word, and what it generates does not compile.
#   cmake -DTHRIFT=/usr/bin/thrift -DGENERATE=xml -DOUT=... -DFILE=.../commands.thrift -DINCLUDES=.../idl -P idl_thrift.cmake
execute_process(COMMAND ${THRIFT} -nowarn --gen ${GENERATE} -I ${INCLUDES} -out ${OUT} ${FILE}
                RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
set(whose "Thrift reserves")
if(said MATCHES "reserved language keyword: \"([A-Za-z0-9_]+)\"")
  set(word ${CMAKE_MATCH_1})
elseif(failed)
  message(FATAL_ERROR "${said}")
else()
  # The words of C++ that Thrift's own grammar does not use.
  string(JOIN "|" word
    alignas alignof and and_eq asm auto bitand bitor break case catch char class co_await co_return co_yield compl concept const_cast consteval
    constexpr constinit continue decltype default delete do dynamic_cast else explicit export extern float for friend goto if inline int long
    mutable new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return short signed
    sizeof static static_assert static_cast switch template this thread_local throw try typeid typename unsigned using virtual volatile wchar_t
    while xor xor_eq)
  set(whose "C++ reserves")
endif()

# The line on which the word is declared as a name; brackets and semicolons are taken out, because CMake's lists would part there.
file(READ ${FILE} text)
string(REGEX REPLACE "[][;]" " " text "${text}")
string(REPLACE "\n" ";" lines "${text}")
set(number 0)
set(in_comment FALSE)
set(place "")
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  string(REGEX REPLACE "/\\*.*\\*/|//.*$|#.*$|\"[^\"]*\"|'[^']*'" "" line "${line}")
  if(in_comment AND line MATCHES "\\*/(.*)$")
    set(line "${CMAKE_MATCH_1}")
    set(in_comment FALSE)
  elseif(in_comment)
    continue()
  endif()
  if(line MATCHES "^(.*)/\\*")
    set(line "${CMAKE_MATCH_1}")
    set(in_comment TRUE)
  endif()
  if(line MATCHES "^ *(namespace|include|cpp_include) ")
    continue()
  endif()
  if(" ${line} " MATCHES "[^A-Za-z0-9_.](${word})[^A-Za-z0-9_.]")
    set(word ${CMAKE_MATCH_1})
    set(place "${FILE}:${number}")
    break()
  endif()
endforeach()
if(NOT place)
  if(NOT failed)
    return()
  endif()
  set(place ${FILE})
endif()
# CMake would break a line that does not begin with a space.
message(FATAL_ERROR " ${place}: ${whose} the word \"${word}\": give this another name. "
                    "Of a field, \"@json ${word}\" in its comment keeps the word in JSON.")
