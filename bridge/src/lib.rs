// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! The Rust half of Hanse: revm behind the C ABI of `hanse_bridge.h`. State, addresses, hashes and every decision about a
//! block stay in C++; what is here translates. See README.md.
mod abi;
mod frames;
mod journal;
mod secp256k1;
mod vm;
