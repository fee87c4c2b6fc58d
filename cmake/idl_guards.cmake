# The Thrift compiler names include guards by the file alone (types_TYPES_H), so that the second domain's types.thrift would
# vanish from a source that includes two. This puts the folder's name before them:
#   cmake -DNAME=users -DSTEM=.../types_types -P idl_guards.cmake
cmake_path(GET STEM FILENAME file)
string(REGEX REPLACE "_types$" "" file ${file})
foreach(extension h tcc)
  string(TOUPPER ${extension} upper)
  file(READ ${STEM}.${extension} text)
  string(REPLACE " ${file}_TYPES_${upper}\n" " ${NAME}_${file}_TYPES_${upper}\n" text "${text}")
  file(WRITE ${STEM}.${extension} "${text}")
endforeach()
