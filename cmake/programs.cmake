# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
# What a person starts: the product (`hanse`) and the simulator (`hanse-sim`).
if(EXISTS ${CMAKE_SOURCE_DIR}/src/management/cli/hanse_main.cpp)
  add_executable(hanse src/management/cli/hanse_main.cpp)
  target_link_libraries(hanse PRIVATE room_management_cli)
  set_target_properties(hanse PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endif()
if(EXISTS ${CMAKE_SOURCE_DIR}/sim/hanse_sim_main.cpp)
  add_executable(hanse-sim sim/hanse_sim_main.cpp)
  target_link_libraries(hanse-sim PRIVATE room_sim)
  set_target_properties(hanse-sim PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endif()

# What a script can check of the house itself.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME tools/rooms COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/rooms)
add_test(NAME tools/tidy COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/tidy)
add_test(NAME tools COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/tools_test)
