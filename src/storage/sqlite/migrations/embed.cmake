# cmake -DDIRECTORY=… -DOUTPUT=… -P embed.cmake: the .sql files as C++, so that the binary carries them.
file(GLOB files "${DIRECTORY}/*.sql")
list(SORT files)
set(entries "")
set(expected 1)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z_]+\\.sql$")
    message(FATAL_ERROR "${name}: migrations are called NNNN_name.sql")
  endif()
  math(EXPR number "1${CMAKE_MATCH_1} - 10000")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${name}: migration ${expected} is missing or there twice")
  endif()
  math(EXPR expected "${expected} + 1")
  file(READ "${file}" sql)
  string(APPEND entries "    {${number}, R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// NOLINTBEGIN: generated
// Made from src/storage/sqlite/migrations/*.sql.
#include \"storage/sqlite/migrations.hpp\"

namespace dwarpal::storage {

std::span<const Migration> all_migrations() {
  static constexpr Migration kMigrations[] = {
${entries}  };
  return kMigrations;
}

}  // namespace dwarpal::storage
// NOLINTEND
")
