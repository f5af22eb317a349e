// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Recovers the keys of some Eights: lifts each x to the point R, makes the table of R's multiples, and walks down the bits
// of all four numbers at once (Straus), which the endomorphism has halved to 128. Written for any W, so that a test can
// run it with CheckedWords.
//
// A lane is good when R exists, the walk met no addition of equal or opposite points (z is not zero), and the key
// satisfies the equation of the curve. The last cannot fail unless something here is wrong; it costs a thousandth.
#pragma once

#include "crypto/lanes/eights.hpp"
#include "crypto/lanes/group.hpp"

namespace hanse::lanes {

// (x, y) -> (beta x, y) multiplies a point by lambda; beta is a cube root of 1 (Gallant, Lambert, Vanstone 2001).
inline constexpr std::uint64_t kBeta[4] = {0xc1396c28719501ee, 0x9cf0497512f58995, 0x6e64479eac3434e9, 0x7ae96a2b657c0710};
inline constexpr std::uint64_t kGenerator[8] = {0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07, 0x79be667ef9dcbbac,
                                                0x9c47d08ffb10d4b8, 0xfd17b448a6855419, 0x5da4fbfc0e1108a8, 0x483ada7726a3c465};

template <class W>
Element<W, 1> all_lanes(const std::uint64_t* words) {
  return from_words(W::all(words[0]), W::all(words[1]), W::all(words[2]), W::all(words[3]));
}

template <class W>
class EightsRecovery {
  using Mask = typename W::Mask;
  using Number = Element<W, 1>;
  static constexpr Mask kAll = 0xff;
  static constexpr std::size_t kMade = kRows - 1;     // points of a table but R itself

 public:
  void recover(Eight* eights, std::size_t count, const GeneratorTable& generator) {
    for (std::size_t i = 0; i < count; ++i) lift(eights[i], lanes_[i]);
    invert_all(count * kMade, [&](std::size_t i) -> Number& { return made(i).z; });
    for (std::size_t i = 0; i < count; ++i) walk(eights[i], lanes_[i], generator);
    invert_all(count, [&](std::size_t i) -> Number& { return lanes_[i].sum.z; });
    for (std::size_t i = 0; i < count; ++i) put_keys(eights[i], lanes_[i]);
  }

  // The first rows are the table of eight Rs that are G; then eight rows at a time, each 8 G more than the last eight.
  void make_generator_table(GeneratorTable& generator) {
    static_assert(kRows == 16, "the last eight of them, 9 G to 16 G, plus 8 G are no equal points");
    Eight eight{};
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      for (int w = 0; w < 4; ++w) eight.x[w][lane] = kGenerator[w];
    eight.in_use = kAll;
    lift(eight, lanes_[0]);
    invert_all(kMade, [&](std::size_t i) -> Number& { return made(i).z; });
    make_table(lanes_[0]);
    for (std::size_t k = 0; k < kRows; ++k)
      for (int half = 0; half < 2; ++half)
        for (int w = 0; w < 8; ++w) generator.rows[half][k][w] = table_.rows[half][k][0][w];
    const std::uint64_t* step = table_.rows[0][kLanes - 1][0];
    const Number step_x = all_lanes<W>(step), step_y = all_lanes<W>(step + 4);
    const std::uint64_t* last_rows[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) last_rows[lane] = generator.rows[0][kRows - kLanes + lane];
    W words[8];
    load_rows(last_rows, words);
    JacobianPoints<W> last{from_words(words[0], words[1], words[2], words[3]), from_words(words[4], words[5], words[6], words[7]), small<W>(1)};
    for (std::size_t first = kRows; first < kGeneratorRows;) {
      std::size_t count = 0;
      for (; count < kEightsMax * kMade && first + count * kLanes < kGeneratorRows; ++count) made(count) = last = sum_of(last, step_x, step_y);
      invert_all(count, [&](std::size_t i) -> Number& { return made(i).z; });
      for (std::size_t i = 0; i < count; ++i, first += kLanes) put_rows(affine(made(i)), generator.rows[0][first], generator.rows[1][first]);
    }
  }

 private:
  struct Lanes {
    AffinePoints<W> r;
    JacobianPoints<W> made[kMade];                    // 2 R, 3 R, ...
    JacobianPoints<W> sum;
    Mask good;
  };

  JacobianPoints<W>& made(std::size_t i) { return lanes_[i / kMade].made[i % kMade]; }

  // R has this x, and y with the wanted parity. Where there is none the lane goes on with the generator, so that its zeros
  // do not spoil the inversion that all lanes of its column share.
  static void lift(const Eight& eight, Lanes& lanes) {
    const Number x = from_words(W::load(eight.x[0]), W::load(eight.x[1]), W::load(eight.x[2]), W::load(eight.x[3]));
    const Number square_of_y = weakly_reduced(right_side(x));
    const Number root = canonical(root_candidate(square_of_y));
    lanes.good = eight.in_use & is_zero(subtract<1>(square(root), square_of_y));
    const Mask is_odd = static_cast<Mask>(~is_zero(root.limb[0] & W::all(1)));
    const Number y = weakly_reduced(negate(root, static_cast<Mask>(is_odd ^ eight.y_is_odd)));
    lanes.r = {select(lanes.good, x, all_lanes<W>(kGenerator)), select(lanes.good, y, all_lanes<W>(kGenerator + 4))};
    JacobianPoints<W> last{lanes.r.x, lanes.r.y, small<W>(1)};
    for (std::size_t k = 2; k <= kRows; ++k) {
      if (k % 2 == 0) last = doubled(k == 2 ? last : lanes.made[k / 2 - 2]);
      else last = sum_of(last, lanes.r.x, lanes.r.y);
      lanes.made[k - 2] = last;
    }
  }

  // Every number to its inverse with one inversion (Montgomery's trick); a zero stays zero and spoils no other.
  template <class NumberAt>
  void invert_all(std::size_t count, NumberAt at) {
    Number product = small<W>(1);
    for (std::size_t i = 0; i < count; ++i) {
      prefix_[i] = product;
      product = multiply(product, one_for_zero(at(i)));
    }
    Number rest = inverse(product);
    for (std::size_t i = count; i-- > 0;) {
      const Number number = at(i);
      at(i) = select(is_zero(number), small<W>(0), multiply(rest, prefix_[i]));
      rest = multiply(rest, one_for_zero(number));
    }
  }
  static Number one_for_zero(const Number& number) { return select(is_zero(number), small<W>(1), number); }

  // z holds its own inverse already.
  static AffinePoints<W> affine(const JacobianPoints<W>& p) {
    const auto zz = square(p.z);
    return {multiply(p.x, zz), multiply(p.y, multiply(p.z, zz))};
  }

  // Eight rows for the points and eight for lambda times them.
  static void put_rows(const AffinePoints<W>& p, std::uint64_t* rows, std::uint64_t* lambda_rows) {
    W words[8];
    to_words(canonical(p.y), words + 4);
    to_words(canonical(p.x), words);
    store_rows(words, rows);
    to_words(canonical(multiply(p.x, all_lanes<W>(kBeta))), words);
    store_rows(words, lambda_rows);
  }
  void make_table(const Lanes& lanes) {
    put_rows(lanes.r, table_.rows[0][0][0], table_.rows[1][0][0]);
    for (std::size_t k = 1; k < kRows; ++k) put_rows(affine(lanes.made[k - 1]), table_.rows[0][k][0], table_.rows[1][k][0]);
  }

  // The signed digit of `kBits` bits at bit `from` of a number below 2^128 (Booth): from -2^(kBits - 1) to 2^(kBits - 1).
  struct Digits {
    std::uint64_t size[kLanes];
    Mask negative, zero;
  };
  template <unsigned kBits>
  static Digits digits(const Eight& eight, int factor, unsigned from) {
    const W low = W::load(eight.low[factor]), high = W::load(eight.high[factor]);
    const W bits = from == 0 ? left<1>(low)
                             : right_by(low, from - 1) | left_by(high, 65ull - from) | right_by(high, from - 65ull);
    const W raw = bits & W::all((1u << (kBits + 1)) - 1);         // one bit more than the digit, from the one below
    const W rounded = right<1>(raw + W::all(1));
    const Mask upper = static_cast<Mask>(~is_zero(right<kBits>(raw)));
    const W size = select(upper, W::all(1u << kBits) - rounded, rounded);
    Digits out;
    out.zero = is_zero(size);
    out.negative = static_cast<Mask>(upper ^ eight.negative[factor]);
    size.store(out.size);
    return out;
  }

  // sum += digit * point, with rows that lie `lane_step` words apart for each lane and `row_step` words for each multiple.
  static void add_digits(JacobianPoints<W>& sum, Mask& infinite, const Digits& digits, const std::uint64_t* rows,
                         std::size_t row_step, std::size_t lane_step) {
    const std::uint64_t* at[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      at[lane] = rows + (digits.size[lane] - (digits.size[lane] != 0)) * row_step + lane * lane_step;
    W words[8];
    load_rows(at, words);
    const Number x = from_words(words[0], words[1], words[2], words[3]);
    const auto y = negate(from_words(words[4], words[5], words[6], words[7]), digits.negative);
    const auto added = sum_of(sum, x, y);
    const Mask first = static_cast<Mask>(infinite & ~digits.zero), later = static_cast<Mask>(~infinite & ~digits.zero);
    sum = select(later, added, sum);
    if (first) sum = select(first, JacobianPoints<W>{x, weakly_reduced(y), small<W>(1)}, sum);
    infinite = static_cast<Mask>(infinite & digits.zero);
  }

  void walk(const Eight& eight, Lanes& lanes, const GeneratorTable& generator) {
    make_table(lanes);
    constexpr unsigned kTop = 129;                     // bits of a signed number
    constexpr unsigned kBitsUp = (kTop + kWindow - 1) / kWindow * kWindow, kBitsUpG = (kTop + kGeneratorWindow - 1) / kGeneratorWindow * kGeneratorWindow;
    JacobianPoints<W> sum{lanes.r.x, lanes.r.y, small<W>(1)};   // no matter what while it counts as infinite
    Mask infinite = kAll;
    for (unsigned bit = kBitsUp > kBitsUpG ? kBitsUp : kBitsUpG; bit-- > 0;) {
      if (infinite != kAll) sum = double_once(sum);
      if (bit % kWindow == 0 && bit < kBitsUp)
        for (int half = 0; half < 2; ++half)
          add_digits(sum, infinite, digits<kWindow>(eight, Eight::kOfR + half, bit), table_.rows[half][0][0], 8 * kLanes, 8);
      if (bit % kGeneratorWindow == 0 && bit < kBitsUpG)
        for (int half = 0; half < 2; ++half)
          add_digits(sum, infinite, digits<kGeneratorWindow>(eight, Eight::kOfG + half, bit), generator.rows[half][0], 8, 0);
    }
    lanes.good = static_cast<Mask>(lanes.good & ~infinite);
    lanes.sum = sum;
  }
  [[gnu::noinline]] static JacobianPoints<W> double_once(const JacobianPoints<W>& p) { return doubled(p); }

  static void put_keys(Eight& eight, const Lanes& lanes) {
    const AffinePoints<W> key = affine(lanes.sum);
    eight.good = static_cast<Mask>(lanes.good & ~is_zero(lanes.sum.z) & is_on_curve(key));
    W words[8];
    to_words(canonical(key.x), words);
    to_words(canonical(key.y), words + 4);
    store_rows(words, eight.key[0]);
  }

  Lanes lanes_[kEightsMax];
  Number prefix_[kEightsMax * kMade];
  EightTable table_;
};

}  // namespace hanse::lanes
