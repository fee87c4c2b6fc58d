# Mends two things in what the Thrift compiler writes:
# - It names include guards by the file alone (types_TYPES_H), so that the second domain's types.thrift would vanish from a
#   source that includes two. They get the folder's name.
# - Its enums have no fixed type, so that C++ leaves it open what an unknown number in one does. They become i32, which they
#   are on the wire.
#   cmake -DNAME=users -DSTEM=.../types_types -P idl_mend.cmake
cmake_path(GET STEM FILENAME file)
string(REGEX REPLACE "_types$" "" file ${file})
foreach(extension h tcc)
  string(TOUPPER ${extension} upper)
  file(READ ${STEM}.${extension} text)
  string(REPLACE " ${file}_TYPES_${upper}\n" " ${NAME}_${file}_TYPES_${upper}\n" text "${text}")
  string(REPLACE "  enum type {\n" "  enum type : ::std::int32_t {\n" text "${text}")
  file(WRITE ${STEM}.${extension} "${text}")
endforeach()
