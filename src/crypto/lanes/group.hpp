// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Points of y^2 = x^3 + 7 over the field of field.hpp, eight at a time, as (X : Y : Z) for (X / Z^2, Y / Z^3). Both formulas
// multiply Z by what vanishes exactly where they do not hold: an addition of equal or opposite points has H = 0, so its Z
// is zero, and a zero Z stays zero in every later step. Nothing asks in between; whoever reads a result asks for Z = 0.
// There is no point of order two, so a doubling always holds.
#pragma once

#include "crypto/lanes/field.hpp"

namespace hanse::lanes {

template <class W>
struct AffinePoints {
  Element<W, 1> x, y;
};

template <class W>
struct JacobianPoints {
  Element<W, 1> x, y, z;
};

// 3 multiplications and 4 squarings; with E = 3 x^2, B = y^2, D = x B (EFD, shortw jacobian-0, after dbl-2009-l):
// x' = E^2 - 8 D, y' = E (4 D - x') - 8 B^2, z' = 2 y z.
template <class W>
[[gnu::always_inline]] inline JacobianPoints<W> doubled(const JacobianPoints<W>& p) {
  const auto e = scale<3>(square(p.x));
  const auto b = square(p.y);
  const auto d = multiply(p.x, b);
  const auto z = multiply(scale<2>(p.y), p.z);
  const auto x = square_add(e, minus<8>(d));
  const auto y = multiply_add(e, subtract<4>(d, x), minus<8>(square(b)));
  return {x, y, z};
}

// p + (x2, y2): 8 multiplications, two of them reduced together, and 3 squarings (EFD, shortw jacobian-0, madd).
template <class W, int M>
[[gnu::always_inline]] inline JacobianPoints<W> sum_of(const JacobianPoints<W>& p, const Element<W, 1>& x2, const Element<W, M>& y2) {
  const auto zz = square(p.z);
  const auto h = multiply_add(x2, zz, minus<1>(p.x));
  const auto zzz = multiply(p.z, zz);
  const auto r = multiply_add(y2, zzz, minus<1>(p.y));
  const auto hh = square(h);
  const auto z = multiply(p.z, h);
  const auto hhh = multiply(h, hh);
  const auto v = multiply(p.x, hh);
  const auto x = square_add(r, minus<1, 2>(hhh, v));
  const auto all_lanes = static_cast<typename W::Mask>(0xff);
  const auto y = multiply_two(r, subtract<1>(v, x), negate(p.y, all_lanes), hhh);
  return {x, y, z};
}

template <class W>
[[gnu::always_inline]] inline JacobianPoints<W> select(typename W::Mask mask, const JacobianPoints<W>& set, const JacobianPoints<W>& clear) {
  return {select(mask, set.x, clear.x), select(mask, set.y, clear.y), select(mask, set.z, clear.z)};
}

// y^2 = x^3 + 7.
template <class W>
Element<W, 2> right_side(const Element<W, 1>& x) {
  return add(multiply(square(x), x), small<W>(7));
}
template <class W>
typename W::Mask is_on_curve(const AffinePoints<W>& p) {
  return is_zero(subtract<1>(right_side(p.x), square(p.y)));
}

}  // namespace hanse::lanes
