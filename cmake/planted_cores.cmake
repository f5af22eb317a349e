# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
# The cores once more, with planted bugs in them (src/base/plant.hpp): only the simulator links this library, and it
# links no other build of them. No other target may define HANSE_PLANTS.
set(planted_sources "")
foreach(core txpool consensus sync group)
  file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/scheduling/${core}/*.cpp)
  list(APPEND planted_sources ${core_sources})
endforeach()
list(FILTER planted_sources EXCLUDE REGEX "(_test|_bench|_fuzz)\\.cpp$")
if(planted_sources)
  add_library(planted_cores STATIC EXCLUDE_FROM_ALL ${planted_sources})
  target_compile_options(planted_cores PRIVATE -fno-exceptions)
  set(planted_scope PUBLIC)
else()
  add_library(planted_cores INTERFACE)
  set(planted_scope INTERFACE)
endif()
target_compile_definitions(planted_cores ${planted_scope} HANSE_PLANTS)
target_include_directories(planted_cores ${planted_scope} ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(planted_cores ${planted_scope} room_protocol room_codec room_crypto room_base)

# The dispatcher of a group once more, for the same reason: group_host and what it drives, without threads and processes.
file(GLOB planted_host_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/node/*.cpp)
list(FILTER planted_host_sources EXCLUDE REGEX "((_test|_bench|_fuzz)|/(air|air_config|open_store|threads))\\.cpp$")
add_library(planted_host STATIC EXCLUDE_FROM_ALL ${planted_host_sources})
target_link_libraries(planted_host PUBLIC planted_cores room_computing_executor room_computing_vm room_storage_ledger
                      room_storage_state room_storage_kv)
