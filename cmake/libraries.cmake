# SPDX-License-Identifier: Apache-2.0
# Copyright the Hanse authors
# Every outside library, by its Debian 12 package name (`./dev setup` installs them).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                      # libfmt-dev
find_package(spdlog REQUIRED)                   # libspdlog-dev
find_package(OpenSSL REQUIRED)                  # libssl-dev
find_package(Boost 1.81 REQUIRED)               # libboost1.81-dev (headers: asio, beast)
find_package(CLI11 REQUIRED)                    # libcli11-dev
find_package(TBB REQUIRED)                      # libtbb-dev
find_package(GTest REQUIRED)                    # libgtest-dev
find_package(benchmark REQUIRED)                # libbenchmark-dev
find_package(nlohmann_json REQUIRED)            # nlohmann-json3-dev
find_package(simdjson REQUIRED)                 # libsimdjson-dev
pkg_check_modules(rocksdb REQUIRED IMPORTED_TARGET rocksdb)          # librocksdb-dev
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)             # libzstd-dev
