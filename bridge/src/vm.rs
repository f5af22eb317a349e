// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! The functions of `hanse_bridge.h`. Each entry that runs code is guarded: a panic of a crate becomes a fault, after
//! which the vm can be used again.
use crate::abi::*;
use crate::frames::*;
use crate::journal::BlockHashes;
use core::ptr::null;
use revm::context::transaction::{
    AccessList, AccessListItem, Authorization as Delegation, RecoveredAuthority, RecoveredAuthorization,
};
use revm::context::{BlockEnv, CfgEnv, Context, ContextSetters, ContextTr, Evm, JournalTr, TxEnv};
use revm::context_interface::either::Either;
use revm::context_interface::result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction, Output};
use revm::handler::{instructions::EthInstructions, EthPrecompiles, PrecompileProvider};
use revm::interpreter::SuccessOrHalt;
use revm::primitives::{hardfork::SpecId, Address, Bytes, TxKind, U256};
use revm::state::Bytecode;
use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

const FAULTED: i32 = 0;
const FINISHED: i32 = 1;
const SUSPENDED: i32 = 2;

#[no_mangle]
pub extern "C" fn bridge_vm_new(config: &Config, table: &'static HostTable, host: *mut c_void) -> *mut Vm {
    let Some(spec) = SpecId::try_from_u8(config.spec) else { return core::ptr::null_mut() };
    let at = HostRef { table, host };
    let mut cfg = CfgEnv::new_with_spec(spec);
    cfg.chain_id = config.chain_id;
    cfg.tx_chain_id_check = false;
    cfg.tx_gas_limit_cap = Some(config.tx_gas_limit_max);
    let block = BlockEnv {
        number: U256::from(config.block_number),
        timestamp: U256::from(config.timestamp),
        gas_limit: config.block_gas_limit,
        prevrandao: Some(config.prevrandao),
        beneficiary: config.beneficiary,
        basefee: config.base_fee,
        ..Default::default()
    };
    let hashes = BlockHashes::new(at);
    let ctx: Ctx = Context {
        block,
        tx: TxEnv::default(),
        journaled_state: JournalTr::new(hashes),
        chain: (),
        local: Default::default(),
        error: Ok(()),
        cfg,
    };
    let precompiles = Precompiles { ethereum: EthPrecompiles::new(spec), at, depth: 0 };
    let mut instructions = EthInstructions::new_mainnet_with_spec(spec);
    let other_hash = config.suite_hash != 0;
    if other_hash {
        instructions.insert_instruction(suite_hash::OPCODE, suite_hash::instruction(), suite_hash::STATIC_GAS);
    }
    let warm = PrecompileProvider::<Ctx>::warm_addresses(&precompiles).clone();
    let mut engine = Evm::new(ctx, instructions, precompiles);
    engine.ctx.journal_mut().warm_precompiles(&warm);
    Box::into_raw(Box::new(Vm::new(engine, at, other_hash)))
}

/// # Safety
/// `vm` came from `bridge_vm_new` and is not used again.
#[no_mangle]
pub unsafe extern "C" fn bridge_vm_free(vm: *mut Vm) {
    drop(Box::from_raw(vm))
}

fn guard(vm: &mut Vm, run: impl FnOnce(&mut Vm) -> Result<Progress, Fault>) -> i32 {
    match catch_unwind(AssertUnwindSafe(|| run(vm))) {
        Ok(Ok(Progress::Suspended)) => SUSPENDED,
        Ok(Ok(Progress::Finished(ended))) => {
            vm.outcome = Some(ended);
            FINISHED
        }
        Ok(Err(EVMError::Transaction(rejection))) => {
            vm.reset();
            vm.rejection = Some(rejection);
            FINISHED
        }
        Ok(Err(error)) => {
            vm.reset();
            vm.text = error.to_string();
            FAULTED
        }
        Err(_) => {
            vm.reset();
            vm.text = "the interpreter panicked".into();
            FAULTED
        }
    }
}

fn access_list(tx: &Tx) -> AccessList {
    // SAFETY: the caller's arrays outlive the call of bridge_transact.
    let entries = unsafe { slice(tx.access_list, tx.access_count) };
    AccessList(
        entries
            .iter()
            .map(|entry| AccessListItem {
                address: entry.address,
                storage_keys: unsafe { slice(entry.slots, entry.slot_count) }.to_vec(),
            })
            .collect(),
    )
}

fn authorizations(tx: &Tx) -> Vec<RecoveredAuthorization> {
    // SAFETY: as above.
    let entries = unsafe { slice(tx.authorizations, tx.authorization_count) };
    entries
        .iter()
        .map(|entry| {
            let authority = match entry.is_valid {
                0 => RecoveredAuthority::Invalid,
                _ => RecoveredAuthority::Valid(entry.authority),
            };
            let inner = Delegation { chain_id: entry.chain_id, address: entry.address, nonce: entry.nonce };
            RecoveredAuthorization::new_unchecked(inner, authority)
        })
        .collect()
}

/// # Safety
/// The pointers of `tx` are valid for their counts.
unsafe fn tx_env(tx: &Tx) -> TxEnv {
    TxEnv {
        tx_type: tx.tx_type,
        caller: tx.from,
        gas_limit: tx.gas_limit,
        // One price: the host has settled what this transaction pays for a unit of gas.
        gas_price: tx.gas_price.saturating_to(),
        gas_priority_fee: if tx.tx_type >= 2 { Some(tx.gas_price.saturating_to()) } else { None },
        kind: tx.to.as_ref().map_or(TxKind::Create, |to| TxKind::Call(*to)),
        value: tx.value,
        data: Bytes::copy_from_slice(slice(tx.input, tx.input_size)),
        nonce: tx.nonce,
        chain_id: None,
        access_list: access_list(tx),
        authorization_list: authorizations(tx).into_iter().map(Either::Right).collect(),
        ..Default::default()
    }
}

/// # Safety
/// The pointers of `tx` are valid for their counts.
#[no_mangle]
pub unsafe extern "C" fn bridge_transact(vm: &mut Vm, tx: &Tx) -> i32 {
    vm.reset();
    vm.created = tx.created.as_ref().copied();
    let keep_nonce = tx.keep_nonce != 0;
    let ctx = &mut vm.engine.ctx;
    ctx.cfg.disable_nonce_check = keep_nonce;
    ctx.cfg.disable_eip3607 = tx.sender_may_have_code != 0;
    ctx.journal_mut().keep_nonce = keep_nonce;
    ctx.set_tx(tx_env(tx));
    guard(vm, Vm::transact)
}

/// # Safety
/// `call.input` is valid for its size.
#[no_mangle]
pub unsafe extern "C" fn bridge_call(vm: &mut Vm, call: &Call) -> i32 {
    vm.reset();
    vm.created = None;
    let input = Bytes::copy_from_slice(slice(call.input, call.input_size));
    guard(vm, |vm| vm.call(call, input))
}

#[no_mangle]
pub extern "C" fn bridge_pending(vm: &Vm, call: &mut Call) -> i32 {
    match vm.pending() {
        Some(pending) => {
            *call = pending;
            1
        }
        None => 0,
    }
}

/// # Safety
/// `answer.output` is valid for its size.
#[no_mangle]
pub unsafe extern "C" fn bridge_resume(vm: &mut Vm, answer: &Answer) -> i32 {
    let output = Bytes::copy_from_slice(slice(answer.output, answer.output_size));
    guard(vm, |vm| vm.resume(answer.status, output, answer.gas_used))
}

#[no_mangle]
pub extern "C" fn bridge_abandon(vm: &mut Vm) {
    vm.reset()
}

fn halt_code(reason: &HaltReason) -> i32 {
    match reason {
        HaltReason::OutOfGas(_) => 1,
        HaltReason::OpcodeNotFound | HaltReason::InvalidFEOpcode | HaltReason::NotActivated => 2,
        HaltReason::InvalidJump => 3,
        HaltReason::StackUnderflow => 4,
        HaltReason::StackOverflow => 5,
        HaltReason::CreateCollision => 6,
        HaltReason::PrecompileError | HaltReason::PrecompileErrorWithContext(_) => 7,
        HaltReason::OutOfFunds | HaltReason::OverflowPayment => 8,
        HaltReason::StateChangeDuringStaticCall | HaltReason::CallNotAllowedInsideStatic => 9,
        HaltReason::CreateContractSizeLimit
        | HaltReason::CreateContractStartingWithEF
        | HaltReason::CreateInitCodeSizeLimit => 10,
        HaltReason::CallTooDeep => 11,
        _ => 12,
    }
}

fn rejection_code(rejection: &InvalidTransaction) -> i32 {
    match rejection {
        InvalidTransaction::NonceTooLow { .. } => 32,
        InvalidTransaction::NonceTooHigh { .. } => 33,
        InvalidTransaction::LackOfFundForMaxFee { .. } | InvalidTransaction::OverflowPaymentInTransaction => 34,
        InvalidTransaction::CallGasCostMoreThanGasLimit { .. }
        | InvalidTransaction::GasFloorMoreThanGasLimit { .. } => 35,
        InvalidTransaction::RejectCallerWithCode => 36,
        InvalidTransaction::CreateInitCodeSizeLimit => 37,
        InvalidTransaction::CallerGasLimitMoreThanBlock | InvalidTransaction::TxGasLimitGreaterThanCap { .. } => 38,
        _ => 39,
    }
}

fn set_bytes(outcome: &mut Outcome, output: &Bytes) {
    outcome.output = output.as_ptr();
    outcome.output_size = output.len();
}

fn transaction_outcome(result: &ExecutionResult<HaltReason>, outcome: &mut Outcome, text: &mut String) {
    outcome.gas_used = result.tx_gas_used();
    match result {
        ExecutionResult::Success { output, .. } => {
            set_bytes(outcome, output.data());
            if let Output::Create(_, Some(address)) = output {
                outcome.created = *address;
                outcome.has_created = 1;
            }
        }
        ExecutionResult::Revert { output, .. } => {
            outcome.ending = 1;
            set_bytes(outcome, output);
        }
        ExecutionResult::Halt { reason, .. } => {
            outcome.ending = 2;
            outcome.reason = halt_code(reason);
            *text = reason.to_string();
        }
    }
}

fn call_outcome(result: &revm::interpreter::InterpreterResult, outcome: &mut Outcome, text: &mut String) {
    set_bytes(outcome, &result.output);
    outcome.gas_used = result.gas.limit() - result.gas.remaining();
    match SuccessOrHalt::<HaltReason>::from(result.result) {
        SuccessOrHalt::Success(_) => {}
        SuccessOrHalt::Revert => outcome.ending = 1,
        SuccessOrHalt::Halt(reason) => {
            outcome.ending = 2;
            outcome.gas_used = result.gas.limit();
            outcome.reason = halt_code(&reason);
            *text = reason.to_string();
        }
        _ => {
            outcome.ending = 2;
            outcome.gas_used = result.gas.limit();
            outcome.reason = 12;
        }
    }
}

/// What the last entry that finished or faulted came to. The bytes belong to the vm and live until its next entry.
#[no_mangle]
pub extern "C" fn bridge_outcome(vm: &mut Vm, outcome: &mut Outcome) {
    *outcome = Outcome {
        ending: 0,
        reason: 0,
        gas_used: 0,
        output: null(),
        output_size: 0,
        text: null(),
        text_size: 0,
        created: Address::ZERO,
        has_created: 0,
    };
    let mut text = core::mem::take(&mut vm.text);
    match (&vm.outcome, &vm.rejection) {
        (Some(Ended::Transaction(result)), _) => transaction_outcome(result, outcome, &mut text),
        (Some(Ended::Call(result)), _) => call_outcome(result, outcome, &mut text),
        (None, Some(rejection)) => {
            outcome.ending = 3;
            outcome.reason = rejection_code(rejection);
            text = rejection.to_string();
        }
        (None, None) => {}
    }
    vm.text = text;
    outcome.text = vm.text.as_ptr();
    outcome.text_size = vm.text.len();
}

/// # Safety
/// `code` is valid for `size` bytes.
#[no_mangle]
pub unsafe extern "C" fn bridge_code_new(code: *const u8, size: usize) -> *const Bytecode {
    let bytes = Bytes::copy_from_slice(slice(code, size));
    let analysed =
        catch_unwind(|| Bytecode::new_raw_checked(bytes.clone()).unwrap_or_else(|_| Bytecode::new_legacy(bytes)));
    analysed.map_or(null(), |code| Box::into_raw(Box::new(code)))
}

/// # Safety
/// `code` came from `bridge_code_new` or `set_code` and is not used again.
#[no_mangle]
pub unsafe extern "C" fn bridge_code_free(code: *mut Bytecode) {
    if !code.is_null() {
        drop(Box::from_raw(code))
    }
}
