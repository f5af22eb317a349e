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

# The simulator: some hundred seeds of each size, and proof that it can see.
if(TARGET hanse-sim AND TARGET hanse)
  add_test(NAME sim/seeds COMMAND hanse-sim --seeds 3000 --twice-every 50)
  add_test(NAME sim/seven COMMAND hanse-sim --seeds 500 --nodes 7)
  add_test(NAME sim/byzantine COMMAND hanse-sim --byzantine-only --seeds 1500)
  add_test(NAME sim/plants COMMAND ${CMAKE_SOURCE_DIR}/tests/sim/plants $<TARGET_FILE:hanse-sim> $<TARGET_FILE:hanse>)
  add_test(NAME sim/whole COMMAND hanse-sim --whole --seeds 600 --threads 1 --twice-every 50)
  add_test(NAME sim/whole_plants COMMAND ${CMAKE_SOURCE_DIR}/tests/sim/plants $<TARGET_FILE:hanse-sim> $<TARGET_FILE:hanse> --whole)
  set_tests_properties(sim/seeds sim/seven sim/byzantine sim/plants sim/whole sim/whole_plants PROPERTIES RUN_SERIAL ON TIMEOUT 1200)
endif()

# Short whole-system runs: real processes, a real client. The long ones are `./dev accept NAME`. Their bounds on time are
# for people with a quiet machine; here they only catch what hangs.
if(TARGET hanse)
  function(hanse_acceptance_test name)
    add_test(NAME system/${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/accept/${name}.mjs ${ARGN})
    set_tests_properties(system/${name} PROPERTIES ENVIRONMENT HANSE=$<TARGET_FILE:hanse> RUN_SERIAL ON TIMEOUT 600)
  endfunction()
  hanse_acceptance_test(crash --rounds 3 --start-up-ms 60000)
  hanse_acceptance_test(failover --rounds 1 --gap-ms 60000)
  hanse_acceptance_test(groups)
  hanse_acceptance_test(intruders)
  hanse_acceptance_test(abuse)
  hanse_acceptance_test(histories --runs 2)
  hanse_acceptance_test(admission)
  add_test(NAME system/demo COMMAND ${CMAKE_SOURCE_DIR}/tests/demo/run)
  set_tests_properties(system/demo PROPERTIES ENVIRONMENT HANSE=$<TARGET_FILE:hanse> RUN_SERIAL ON TIMEOUT 600)
endif()
