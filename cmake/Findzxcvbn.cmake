# Debian's libzxcvbn-dev has neither a CMake nor a pkg-config file. Its static library is not
# position independent, so the shared one is asked for by name.
find_path(zxcvbn_INCLUDE_DIR zxcvbn.h)
find_library(zxcvbn_LIBRARY NAMES libzxcvbn.so)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(zxcvbn REQUIRED_VARS zxcvbn_LIBRARY zxcvbn_INCLUDE_DIR)
if(zxcvbn_FOUND AND NOT TARGET zxcvbn::zxcvbn)
  add_library(zxcvbn::zxcvbn SHARED IMPORTED)
  set_target_properties(zxcvbn::zxcvbn PROPERTIES
    IMPORTED_LOCATION "${zxcvbn_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${zxcvbn_INCLUDE_DIR}")
endif()
