// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! The structs of `hanse_bridge.h`, member for member. A word is four little-endian 64-bit limbs, which is how `U256`
//! lies in memory; addresses and hashes are plain bytes.
use revm::primitives::{Address, B256, U256};
use revm::state::Bytecode;
use std::ffi::c_void;

/// What a callback that reads state answers.
pub const COLD: i32 = 1;
pub const SKIPPED: i32 = 2;
pub const FAULT: i32 = 3;

/// Bits of the second argument of `account`.
pub const SKIP_IF_COLD: u32 = 1;
pub const WITH_CODE: u32 = 2;

pub const ROUTE_NATIVE: i32 = 1;
pub const ROUTE_SUSPEND: i32 = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct AccountView {
    pub balance: U256,
    pub nonce: u64,
    pub code_hash: B256,
    pub code: *const Bytecode,
    pub is_empty: u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Call {
    pub to: Address,
    pub from: Address,
    pub value: U256,
    pub input: *const u8,
    pub input_size: usize,
    pub gas: u64,
    pub depth: u32,
    pub is_static: u8,
    pub is_delegated: u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Answer {
    pub status: i32,
    pub gas_used: u64,
    pub output: *const u8,
    pub output_size: usize,
}

type Host = *mut c_void;
type Addr = *const Address;
type Word = *const U256;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct HostTable {
    pub account: extern "C" fn(Host, Addr, u32, *mut AccountView) -> i32,
    pub sload: extern "C" fn(Host, Addr, Word, i32, *mut U256) -> i32,
    pub sstore: extern "C" fn(Host, Addr, Word, Word, i32, *mut [U256; 2]) -> i32,
    pub tload: extern "C" fn(Host, Addr, Word, *mut U256),
    pub tstore: extern "C" fn(Host, Addr, Word, Word),
    pub log: extern "C" fn(Host, Addr, *const B256, usize, *const u8, usize),
    pub selfdestruct: extern "C" fn(Host, Addr, Addr, i32) -> i32,
    pub block_hash: extern "C" fn(Host, u64, *mut B256) -> i32,
    pub checkpoint: extern "C" fn(Host) -> u64,
    pub revert: extern "C" fn(Host, u64),
    pub transfer: extern "C" fn(Host, Addr, Addr, Word) -> i32,
    pub create: extern "C" fn(Host, Addr, Addr, Word, *mut u64) -> i32,
    pub set_balance: extern "C" fn(Host, Addr, Word),
    pub set_nonce: extern "C" fn(Host, Addr, u64),
    pub set_code: extern "C" fn(Host, Addr, *const Bytecode, *const u8, usize),
    pub warm: extern "C" fn(Host, Addr, Word, usize),
    pub warm_precompiles: extern "C" fn(Host, Addr, usize),
    pub hash: extern "C" fn(Host, *const u8, usize, *mut B256),
    pub created_address: extern "C" fn(Host, Addr, u64, Word, *const u8, usize, *mut Address),
    pub route: extern "C" fn(Host, Addr) -> i32,
    pub native: extern "C" fn(Host, *const Call, *mut Answer),
}

/// The table with the host that it is called on. Both outlive the vm.
#[derive(Clone, Copy)]
pub struct HostRef {
    pub table: &'static HostTable,
    pub host: Host,
}

#[repr(C)]
pub struct Config {
    pub spec: u8,
    pub suite_hash: u8,
    pub chain_id: u64,
    pub tx_gas_limit_max: u64,
    pub block_number: u64,
    pub timestamp: u64,
    pub block_gas_limit: u64,
    pub prevrandao: B256,
    pub beneficiary: Address,
    pub base_fee: u64,
}

#[repr(C)]
pub struct AccessEntry {
    pub address: Address,
    pub slots: *const B256,
    pub slot_count: usize,
}

#[repr(C)]
pub struct Authorization {
    pub chain_id: U256,
    pub address: Address,
    pub nonce: u64,
    pub authority: Address,
    pub is_valid: u8,
}

#[repr(C)]
pub struct Tx {
    pub tx_type: u8,
    pub keep_nonce: u8,
    pub sender_may_have_code: u8,
    pub from: Address,
    pub to: *const Address,
    pub created: *const Address,
    pub nonce: u64,
    pub gas_limit: u64,
    pub gas_price: U256,
    pub value: U256,
    pub input: *const u8,
    pub input_size: usize,
    pub access_list: *const AccessEntry,
    pub access_count: usize,
    pub authorizations: *const Authorization,
    pub authorization_count: usize,
}

#[repr(C)]
pub struct Outcome {
    pub ending: i32,
    pub reason: i32,
    pub gas_used: u64,
    pub output: *const u8,
    pub output_size: usize,
    pub text: *const u8,
    pub text_size: usize,
    pub created: Address,
    pub has_created: u8,
}

/// A C array as a slice; an empty one may have a null pointer.
///
/// # Safety
/// `count` elements stand at `at` and are not changed while the slice is used.
pub unsafe fn slice<'a, T>(at: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        &[]
    } else {
        core::slice::from_raw_parts(at, count)
    }
}
