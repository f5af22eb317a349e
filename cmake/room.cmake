# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
# A room is a folder under src/ with a line in src/ROOMS:
#   path | level | kind | libraries | sentence
# Its *.cpp become the library room_<path>, its *_test.cpp the test <path>, its *_bench.cpp the program bench_<path>,
# its *_fuzz.cpp the program fuzz_<path> (presets fuzz and coverage); the test replays their corpora (fuzz/). Adding a
# file edits no CMake; adding a room adds one line to src/ROOMS.
# A *_ifma.cpp is compiled for AVX-512 IFMA, whatever the rest is compiled for: its callers ask the CPU first.
# A room links every room of a lower level that tools/rooms lets it include; what it does not use costs nothing.

function(room_layer path out)
  string(REGEX MATCH "^[^/]+" layer ${path})
  if(layer STREQUAL "computing" OR layer STREQUAL "storage")
    set(layer "state")            # computing and storage are one side of the dependency rule
  endif()
  set(${out} ${layer} PARENT_SCOPE)
endfunction()

# What a room's fuzz targets are linked with: libFuzzer, or the tests.
if(HANSE_FUZZ)
  add_library(fuzz_entry OBJECT EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/fuzz/libfuzzer_entry.cpp ${CMAKE_SOURCE_DIR}/fuzz/memory_meter.cpp)
  target_include_directories(fuzz_entry PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
endif()
add_library(replay_corpus OBJECT EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/fuzz/replay_corpus.cpp ${CMAKE_SOURCE_DIR}/fuzz/memory_meter.cpp)
target_include_directories(replay_corpus PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
target_compile_definitions(replay_corpus PRIVATE HANSE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(replay_corpus PRIVATE GTest::gtest)

# Coverage of the decoders alone: everything else is compiled as in the release.
if(HANSE_COVERAGE)
  file(STRINGS ${CMAKE_SOURCE_DIR}/fuzz/decoders decoders REGEX "\\.cpp$")
  file(GLOB_RECURSE fuzzers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*_fuzz.cpp)
  list(TRANSFORM decoders PREPEND ${CMAKE_SOURCE_DIR}/)
  set_source_files_properties(${decoders} ${fuzzers} PROPERTIES COMPILE_OPTIONS "-O0;--coverage")
  add_link_options(--coverage)
endif()

set(HANSE_ROOMS "")
file(STRINGS ${CMAKE_SOURCE_DIR}/src/ROOMS room_lines REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/ROOMS)

foreach(line IN LISTS room_lines)
  string(REPLACE "|" ";" columns "${line}")
  list(TRANSFORM columns STRIP)
  list(GET columns 0 path)
  list(GET columns 1 level)
  list(GET columns 2 kind)
  list(GET columns 3 libraries)
  string(REPLACE "," ";" libraries "${libraries}")
  list(TRANSFORM libraries STRIP)
  if(path STREQUAL "sim")
    set(folder ${CMAKE_SOURCE_DIR}/sim)
  else()
    set(folder ${CMAKE_SOURCE_DIR}/src/${path})
  endif()
  string(REPLACE "/" "_" name ${path})
  room_layer(${path} layer)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  # A folder that has a line of its own in src/ROOMS is not part of the room above it.
  foreach(other_line IN LISTS room_lines)
    string(REGEX MATCH "^[^| ]+" other ${other_line})
    if(other MATCHES "^${path}/")
      list(FILTER sources EXCLUDE REGEX "${folder}/.*" )
      file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    endif()
  endforeach()
  set(tests ${sources})
  set(benches ${sources})
  set(fuzzers ${sources})
  set(mains ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|_fuzz|_main)\\.cpp$")
  set(ifma_sources ${sources})
  list(FILTER ifma_sources INCLUDE REGEX "_ifma\\.cpp$")
  set_source_files_properties(${ifma_sources} PROPERTIES COMPILE_OPTIONS   # gcc 12 warns of what its own intrinsics leave undefined
    "-mavx512f;-mavx512dq;-mavx512ifma;-Wno-uninitialized;-Wno-maybe-uninitialized")

  set(links "")
  foreach(lower IN LISTS HANSE_ROOMS)
    get_property(lower_level GLOBAL PROPERTY level_${lower})
    get_property(lower_layer GLOBAL PROPERTY layer_${lower})
    if(lower_level LESS level AND (lower_layer MATCHES "^(base|crypto|codec|protocol)$" OR lower_layer STREQUAL layer
       OR path MATCHES "^(node|management/cli|fabric)$"))
      list(PREPEND links room_${lower})
    endif()
  endforeach()
  if(path STREQUAL "sim")
    list(PREPEND links planted_host planted_cores)   # instead of node and scheduling: one build of them in one program
  endif()

  if(sources)
    add_library(room_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(room_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(room_${name} ${scope} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  target_link_libraries(room_${name} ${scope} ${links} ${libraries})
  if(kind STREQUAL "core" AND sources)
    target_compile_options(room_${name} PRIVATE -fno-exceptions)
  endif()

  if(tests)
    add_executable(${name}_test ${tests} ${fuzzers})
    target_link_libraries(${name}_test PRIVATE room_${name} ${links} GTest::gtest_main)
    if(fuzzers)
      target_link_libraries(${name}_test PRIVATE replay_corpus)
    endif()
    target_compile_definitions(${name}_test PRIVATE HANSE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${path} COMMAND ${name}_test)
  endif()
  if(benches)
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(bench_${name} PRIVATE room_${name} ${links} benchmark::benchmark_main)
  endif()
  if(HANSE_FUZZ AND fuzzers)
    add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${fuzzers})
    target_link_libraries(fuzz_${name} PRIVATE fuzz_entry room_${name} ${links})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()

  set_property(GLOBAL PROPERTY level_${name} ${level})
  set_property(GLOBAL PROPERTY layer_${name} ${layer})
  list(APPEND HANSE_ROOMS ${name})
endforeach()
