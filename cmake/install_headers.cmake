# Installs include/weir/*.hpp and every header of src/ that these include, directly or not. An include of a header of src/ is
# written with weir/ before it.
#
#   source  the repository
#   into    the folder weir/ of the installed headers
file(GLOB waiting ${source}/include/weir/*.hpp)
set(known ${waiting})
while(waiting)
  list(POP_FRONT waiting header)
  file(READ ${header} text)
  string(REGEX MATCHALL "#include \"[^\"\n]+\"" includes "${text}")
  foreach(include ${includes})
    string(REGEX REPLACE "^#include \"(.*)\"$" "\\1" path ${include})
    if(EXISTS ${source}/src/${path})
      string(REPLACE "${include}" "#include \"weir/${path}\"" text "${text}")
      if(NOT ${source}/src/${path} IN_LIST known)
        list(APPEND waiting ${source}/src/${path})
        list(APPEND known ${source}/src/${path})
      endif()
    elseif(NOT EXISTS ${source}/include/${path})
      message(FATAL_ERROR "${header} includes ${path}, which is no header of Weir")
    endif()
  endforeach()
  cmake_path(RELATIVE_PATH header BASE_DIRECTORY ${source} OUTPUT_VARIABLE name)
  string(REGEX REPLACE "^(src|include/weir)/" "" name ${name})
  file(WRITE ${into}/${name} "${text}")
  list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${into}/${name})
  message(STATUS "Installing: ${into}/${name}")
endwhile()
