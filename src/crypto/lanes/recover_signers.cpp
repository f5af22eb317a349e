// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/lanes/recover_signers.hpp"

#include <memory>

#include "base/check.hpp"
#include "crypto/lanes/recover_ifma.hpp"
#include "crypto/lanes/scalars.hpp"
#include "crypto/secp256k1_ecdsa.hpp"

namespace hanse::lanes {
namespace {

constexpr std::size_t kUsedMin = 2;                   // of an Eight: one signature alone is quicker in the library
constexpr std::size_t kChunk = kLanes * kEightsMax;

const GeneratorTable& generator_table() {
  static const auto table = [] {
    auto made = std::make_unique<GeneratorTable>();
    ifma::make_generator_table(*made);
    return made;
  }();
  return *table;
}

// Equation of a signature that has the right form: key = (s / r) R - (digest / r) G.
struct Equation {
  std::size_t index;                                  // of the signature
  U256 r, s;
  bool y_is_odd;
};

void put_factor(Eight& eight, std::size_t lane, int first, const U256& number) {
  const Split parts = split(number);
  for (int half = 0; half < 2; ++half) {
    const Split::Part& part = parts.part[half];
    eight.low[first + half][lane] = part.low;
    eight.high[first + half][lane] = part.high;
    eight.negative[first + half] = static_cast<std::uint8_t>(eight.negative[first + half] | part.negative << lane);
  }
}

void put_equation(Eight& eight, std::size_t lane, const Equation& equation, const U256& inverse_of_r, const Hash& digest) {
  for (int w = 0; w < 4; ++w) eight.x[w][lane] = equation.r.limbs[w];
  put_factor(eight, lane, Eight::kOfR, product(equation.s, inverse_of_r));
  put_factor(eight, lane, Eight::kOfG, negated(product(reduced(U256::from_be(digest)), inverse_of_r)));
  eight.y_is_odd = static_cast<std::uint8_t>(eight.y_is_odd | equation.y_is_odd << lane);
  eight.in_use = static_cast<std::uint8_t>(eight.in_use | 1u << lane);
}

PublicKey key_of(const std::uint64_t (&words)[8]) {
  PublicKey key;
  for (int i = 0; i < 64; ++i) {
    const int word = i < 32 ? 3 - i / 8 : 11 - i / 8;
    key.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(words[word] >> (56 - i % 8 * 8));
  }
  return key;
}

void recover_chunk(std::span<const Equation> equations, std::span<const SignedDigest> signatures, RecoveredSigners& out) {
  U256 inverses[kChunk];
  for (std::size_t i = 0; i < equations.size(); ++i) inverses[i] = equations[i].r;
  invert_all({inverses, equations.size()});
  Eight eights[kEightsMax] = {};
  for (std::size_t i = 0; i < equations.size(); ++i)
    put_equation(eights[i / kLanes], i % kLanes, equations[i], inverses[i], signatures[equations[i].index].digest);
  ifma::recover(eights, (equations.size() + kLanes - 1) / kLanes, generator_table());
  for (std::size_t i = 0; i < equations.size(); ++i) {
    const Eight& eight = eights[i / kLanes];
    if ((eight.good >> (i % kLanes) & 1) == 0) continue;
    out.keys[equations[i].index] = key_of(eight.key[i % kLanes]);
    ++out.by_lanes;
  }
}

}  // namespace

bool are_able() {
  static const bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                           __builtin_cpu_supports("avx512ifma");   // and that the operating system keeps the registers
  return able;
}

RecoveredSigners recover_signers(std::span<const SignedDigest> signatures) {
  CHECK(are_able());
  const auto unanswered = [] { return fail(Code::bad_signature, "not yet looked at"); };
  RecoveredSigners out;
  out.keys.resize(signatures.size(), unanswered());
  std::vector<Equation> equations;
  equations.reserve(signatures.size());
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const SignedDigest& one = signatures[i];
    if (!secp256k1::check_form(one.signature, one.low_s_only)) continue;
    const Equation equation{i, U256::from_be(one.signature.first(32)), U256::from_be(one.signature.subspan(32, 32)), one.signature[64] == 1};
    if (equation.r.is_zero() || equation.s.is_zero() || !is_below_order(equation.r) || !is_below_order(equation.s)) continue;
    equations.push_back(equation);
  }
  if (equations.size() % kLanes < kUsedMin) equations.resize(equations.size() / kLanes * kLanes, {});
  for (std::size_t first = 0; first < equations.size(); first += kChunk)
    recover_chunk(std::span(equations).subspan(first, std::min(kChunk, equations.size() - first)), signatures, out);
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (!out.keys[i]) out.keys[i] = secp256k1::recover(signatures[i].digest, signatures[i].signature, signatures[i].low_s_only);
  return out;
}

}  // namespace hanse::lanes
