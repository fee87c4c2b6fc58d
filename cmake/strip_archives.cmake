# Run by CPack before it makes a package: archives go without debug information, which CPACK_STRIP_FILES leaves in them.
find_program(strip_program strip REQUIRED)
file(GLOB_RECURSE archives ${CPACK_TEMPORARY_DIRECTORY}/*.a)
foreach(archive ${archives})
  execute_process(COMMAND ${strip_program} --strip-debug ${archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
