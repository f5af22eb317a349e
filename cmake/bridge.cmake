# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
# The one Rust static library. Cargo decides what to rebuild; its lock file pins every crate.
find_program(CARGO cargo REQUIRED)
if(EXISTS ${CMAKE_SOURCE_DIR}/bridge/Cargo.toml)
  set(bridge_lib ${CMAKE_SOURCE_DIR}/bridge/target/release/libhanse_bridge.a)
  file(GLOB_RECURSE bridge_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bridge/src/*.rs)
  add_custom_command(
    OUTPUT ${bridge_lib}
    COMMAND ${CARGO} build --release --locked --manifest-path ${CMAKE_SOURCE_DIR}/bridge/Cargo.toml
            --target-dir ${CMAKE_SOURCE_DIR}/bridge/target
    DEPENDS ${bridge_sources} ${CMAKE_SOURCE_DIR}/bridge/Cargo.toml ${CMAKE_SOURCE_DIR}/bridge/Cargo.lock
    COMMENT "bridge (cargo)" USES_TERMINAL VERBATIM)
  add_custom_target(bridge_build DEPENDS ${bridge_lib})
  add_library(bridge INTERFACE)
  add_dependencies(bridge bridge_build)
  target_include_directories(bridge INTERFACE ${CMAKE_SOURCE_DIR}/bridge)
  target_link_libraries(bridge INTERFACE ${bridge_lib} Threads::Threads ${CMAKE_DL_LIBS} m)
endif()
