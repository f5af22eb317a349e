// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A node process in the Air form: every group of the configuration with its store, the gateway and the RPC server, joined
// by local calls. Several can live in one process (`hanse dev`). Signals and waiting are the caller's.
#pragma once

#include <cstdint>
#include <memory>

#include "node/air_config.hpp"

namespace hanse::node {

class Air {
 public:
  // Serving when it returns. Errors: bad_config, io (a taken port, named), in_use, wrong_genesis, newer_data, corrupt.
  static Result<std::unique_ptr<Air>> start(AirConfig config);
  ~Air();   // stops RPC, gateway, groups, stores, in this order; what was acknowledged is durable

  // Reads the folder's config.ini again and takes its allow and deny lists, which end the sessions that they no longer let in;
  // everything else there needs a restart. A file with an error is logged and changes nothing.
  void reload();

  // True when a store cannot go on as it is and can once the node begins again, in this process: one that turned out damaged
  // and that the other members can replace, or one whose disk takes writes again. Asked from time to time.
  bool must_begin_again();

  std::uint16_t native_port() const;    // 0: not served
  std::uint16_t web3_port() const;
  std::uint16_t console_port() const;

 private:
  struct Parts;
  explicit Air(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::node
