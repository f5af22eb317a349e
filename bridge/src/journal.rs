// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! revm's journal trait over the journal of the C++ side. Nothing is kept here but one scratch account: the trait hands
//! out references to an `Account`, and `&mut self` keeps two of them from living at once. Every setter goes to C++ and
//! into the scratch. What the trait asks for beyond the rules of Prague and later (touching, EIP-161 clearing of accounts
//! that were empty before) is not needed: the state holds no empty account.
use crate::abi::*;
use core::mem::{take, MaybeUninit};
use core::ptr::null;
use revm::context_interface::{
    context::{SStoreResult, SelfDestructResult, StateLoad},
    journaled_state::{
        account::JournaledAccountTr, AccountInfoLoad, AccountLoad, JournalCheckpoint, JournalLoadErasedError,
        JournalLoadError, TransferError,
    },
    ErasedError, JournalTr,
};
use revm::database_interface::{DBErrorMarker, Database};
use revm::primitives::{
    hardfork::SpecId, Address, AddressMap, AddressSet, HashSet, Log, StorageKey, StorageValue, B256, U256,
};
use revm::state::{Account, AccountInfo, AccountStatus, Bytecode, EvmStorageSlot, TransactionId};

/// The C++ side could not read its state; it knows why.
#[derive(Debug)]
pub struct HostFault;
impl core::fmt::Display for HostFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the host could not read its state")
    }
}
impl core::error::Error for HostFault {}
impl DBErrorMarker for HostFault {}

/// revm reaches its database for block hashes alone: all else is asked of the journal.
pub struct BlockHashes(HostRef);
impl BlockHashes {
    pub fn new(host: HostRef) -> Self {
        Self(host)
    }
}
impl Database for BlockHashes {
    type Error = HostFault;
    fn basic(&mut self, _: Address) -> Result<Option<AccountInfo>, HostFault> {
        unreachable!("accounts come from the journal")
    }
    fn code_by_hash(&mut self, _: B256) -> Result<Bytecode, HostFault> {
        unreachable!("code comes from the journal")
    }
    fn storage(&mut self, _: Address, _: U256) -> Result<U256, HostFault> {
        unreachable!("slots come from the journal")
    }
    fn block_hash(&mut self, number: u64) -> Result<B256, HostFault> {
        let mut hash = B256::ZERO;
        match (self.0.table.block_hash)(self.0.host, number, &mut hash) {
            FAULT => Err(HostFault),
            _ => Ok(hash),
        }
    }
}

pub struct HostJournal {
    pub at: HostRef,
    /// The next raise of a nonce is left out: the sender of this transaction keeps its nonce.
    pub keep_nonce: bool,
    hashes: BlockHashes,
    account: Account,
    slot: EvmStorageSlot,
    precompiles: AddressSet,
    state: (),
}

type Load<T> = Result<T, JournalLoadError<HostFault>>;
type Read<T> = Result<T, HostFault>;

struct Loaded {
    is_cold: bool,
    is_empty: bool,
}

impl HostJournal {
    /// Brings an account into the scratch and warms it.
    fn load(&mut self, address: Address, with_code: bool, skip: bool) -> Load<Loaded> {
        let flags = if skip { SKIP_IF_COLD } else { 0 } | if with_code { WITH_CODE } else { 0 };
        let mut view = MaybeUninit::<AccountView>::uninit();
        let answer = (self.at.table.account)(self.at.host, &address, flags, view.as_mut_ptr());
        match answer {
            SKIPPED => return Err(JournalLoadError::ColdLoadSkipped),
            FAULT => return Err(JournalLoadError::DBError(HostFault)),
            _ => {}
        }
        // SAFETY: the callback fills the view whenever it does not skip or fail; a code object outlives the transaction.
        let (view, code) = unsafe {
            let view = view.assume_init();
            (view, if with_code { Some(view.code.as_ref().cloned().unwrap_or_default()) } else { None })
        };
        let info = &mut self.account.info;
        info.balance = view.balance;
        info.nonce = view.nonce;
        info.code_hash = view.code_hash;
        info.code = code;
        let is_empty = view.is_empty != 0;
        self.account.status = if is_empty { AccountStatus::LoadedAsNotExisting } else { AccountStatus::empty() };
        Ok(Loaded { is_cold: answer == COLD, is_empty })
    }

    /// `load` where nothing may be skipped.
    fn read(&mut self, address: Address, with_code: bool) -> Read<Loaded> {
        self.load(address, with_code, false).map_err(JournalLoadError::unwrap_db_error)
    }
}

pub struct HostAccount<'a> {
    journal: &'a mut HostJournal,
    address: Address,
}

fn erased<T>(result: Load<T>) -> Result<T, JournalLoadErasedError> {
    result.map_err(|error| error.map(ErasedError::new))
}

impl JournaledAccountTr for HostAccount<'_> {
    fn account(&self) -> &Account {
        &self.journal.account
    }
    fn sload(&mut self, key: StorageKey, skip: bool) -> Result<StateLoad<&mut EvmStorageSlot>, JournalLoadErasedError> {
        let load = erased(self.journal.sload_skip_cold_load(self.address, key, skip))?;
        self.journal.slot = EvmStorageSlot::new(load.data, TransactionId::ZERO);
        Ok(StateLoad::new(&mut self.journal.slot, load.is_cold))
    }
    fn sstore(
        &mut self,
        key: StorageKey,
        value: StorageValue,
        skip: bool,
    ) -> Result<StateLoad<SStoreResult>, JournalLoadErasedError> {
        erased(self.journal.sstore_skip_cold_load(self.address, key, value, skip))
    }
    fn load_code(&mut self) -> Result<&Bytecode, JournalLoadErasedError> {
        erased(self.journal.load(self.address, true, false))?;
        Ok(self.journal.account.info.code.get_or_insert_with(Bytecode::default))
    }
    fn balance(&self) -> &U256 {
        &self.journal.account.info.balance
    }
    fn nonce(&self) -> u64 {
        self.journal.account.info.nonce
    }
    fn code_hash(&self) -> &B256 {
        &self.journal.account.info.code_hash
    }
    fn code(&self) -> Option<&Bytecode> {
        self.journal.account.info.code.as_ref()
    }
    fn touch(&mut self) {}
    fn unsafe_mark_cold(&mut self) {}
    fn set_balance(&mut self, balance: U256) {
        let at = self.journal.at;
        (at.table.set_balance)(at.host, &self.address, &balance);
        self.journal.account.info.balance = balance;
    }
    fn incr_balance(&mut self, more: U256) -> bool {
        let sum = self.balance().checked_add(more);
        sum.map(|balance| self.set_balance(balance)).is_some()
    }
    fn decr_balance(&mut self, less: U256) -> bool {
        let rest = self.balance().checked_sub(less);
        rest.map(|balance| self.set_balance(balance)).is_some()
    }
    fn bump_nonce(&mut self) -> bool {
        if take(&mut self.journal.keep_nonce) {
            return true;
        }
        let next = self.nonce().checked_add(1);
        next.map(|nonce| self.set_nonce(nonce)).is_some()
    }
    fn set_nonce(&mut self, nonce: u64) {
        let at = self.journal.at;
        (at.table.set_nonce)(at.host, &self.address, nonce);
        self.journal.account.info.nonce = nonce;
    }
    fn unsafe_set_nonce(&mut self, nonce: u64) {
        self.set_nonce(nonce)
    }
    fn set_code(&mut self, hash: B256, code: Bytecode) {
        self.journal.set_code_with_hash(self.address, code.clone(), hash);
        self.journal.account.info.code_hash = hash;
        self.journal.account.info.code = Some(code);
    }
    fn set_code_and_hash_slow(&mut self, code: Bytecode) {
        self.set_code(code.hash_slow(), code)
    }
    fn delegate(&mut self, to: Address) {
        let code = if to.is_zero() { Bytecode::default() } else { Bytecode::new_eip7702(to) };
        self.set_code_and_hash_slow(code);
        self.bump_nonce();
    }
}

fn transfer_error(code: i32) -> Option<TransferError> {
    match code {
        0 => None,
        1 => Some(TransferError::OutOfFunds),
        2 => Some(TransferError::OverflowPayment),
        _ => Some(TransferError::CreateCollision),
    }
}

fn checkpoint_of(mark: u64) -> JournalCheckpoint {
    // log_i stays 0: revm slices our (empty) logs() from there after a failed precompile.
    JournalCheckpoint { journal_i: mark as usize, ..Default::default() }
}

impl JournalTr for HostJournal {
    type Database = BlockHashes;
    type State = ();
    type JournaledAccount<'a> = HostAccount<'a>;

    fn new(hashes: BlockHashes) -> Self {
        Self {
            at: hashes.0,
            keep_nonce: false,
            hashes,
            account: Account::default(),
            slot: EvmStorageSlot::new(U256::ZERO, TransactionId::ZERO),
            precompiles: AddressSet::default(),
            state: (),
        }
    }
    fn db_and_state(&self) -> (&BlockHashes, &()) {
        (&self.hashes, &self.state)
    }
    fn db_and_state_mut(&mut self) -> (&mut BlockHashes, &mut ()) {
        (&mut self.hashes, &mut self.state)
    }

    fn sload_skip_cold_load(&mut self, address: Address, key: StorageKey, skip: bool) -> Load<StateLoad<StorageValue>> {
        let mut value = U256::ZERO;
        match (self.at.table.sload)(self.at.host, &address, &key, skip as i32, &mut value) {
            SKIPPED => Err(JournalLoadError::ColdLoadSkipped),
            FAULT => Err(JournalLoadError::DBError(HostFault)),
            answer => Ok(StateLoad::new(value, answer == COLD)),
        }
    }
    fn sstore_skip_cold_load(
        &mut self,
        address: Address,
        key: StorageKey,
        value: StorageValue,
        skip: bool,
    ) -> Load<StateLoad<SStoreResult>> {
        let mut before = [U256::ZERO; 2];
        let at = self.at;
        match (at.table.sstore)(at.host, &address, &key, &value, skip as i32, &mut before) {
            SKIPPED => Err(JournalLoadError::ColdLoadSkipped),
            FAULT => Err(JournalLoadError::DBError(HostFault)),
            answer => {
                let [original_value, present_value] = before;
                let result = SStoreResult { original_value, present_value, new_value: value };
                Ok(StateLoad::new(result, answer == COLD))
            }
        }
    }
    fn tload(&mut self, address: Address, key: StorageKey) -> StorageValue {
        let mut value = U256::ZERO;
        (self.at.table.tload)(self.at.host, &address, &key, &mut value);
        value
    }
    fn tstore(&mut self, address: Address, key: StorageKey, value: StorageValue) {
        (self.at.table.tstore)(self.at.host, &address, &key, &value)
    }
    fn log(&mut self, log: Log) {
        let (topics, data) = (log.data.topics(), &log.data.data);
        let at = self.at;
        (at.table.log)(at.host, &log.address, topics.as_ptr(), topics.len(), data.as_ptr(), data.len())
    }
    fn take_logs(&mut self) -> Vec<Log> {
        Vec::new()
    }
    fn logs(&self) -> &[Log] {
        &[]
    }
    fn selfdestruct(&mut self, address: Address, heir: Address, skip: bool) -> Load<StateLoad<SelfDestructResult>> {
        let bits = (self.at.table.selfdestruct)(self.at.host, &address, &heir, skip as i32);
        match bits {
            SKIPPED => return Err(JournalLoadError::ColdLoadSkipped),
            FAULT => return Err(JournalLoadError::DBError(HostFault)),
            _ => {}
        }
        let result = SelfDestructResult {
            had_value: bits & 4 != 0,
            target_exists: bits & 8 != 0,
            previously_destroyed: bits & 16 != 0,
        };
        Ok(StateLoad::new(result, bits & COLD != 0))
    }

    fn warm_access_list(&mut self, list: AddressMap<HashSet<StorageKey>>) {
        for (address, keys) in list {
            let keys: Vec<U256> = keys.into_iter().collect();
            (self.at.table.warm)(self.at.host, &address, keys.as_ptr(), keys.len())
        }
    }
    fn warm_coinbase_account(&mut self, address: Address) {
        (self.at.table.warm)(self.at.host, &address, null(), 0)
    }
    fn warm_precompiles(&mut self, addresses: &AddressSet) {
        self.precompiles = addresses.clone();
        let list: Vec<Address> = addresses.iter().copied().collect();
        (self.at.table.warm_precompiles)(self.at.host, list.as_ptr(), list.len())
    }
    fn precompile_addresses(&self) -> &AddressSet {
        &self.precompiles
    }
    fn set_spec_id(&mut self, _: SpecId) {}
    fn set_eip7708_config(&mut self, _: bool, _: bool) {}

    fn touch_account(&mut self, _: Address) {}
    fn transfer(&mut self, from: Address, to: Address, value: U256) -> Read<Option<TransferError>> {
        self.read(from, false)?;
        self.read(to, false)?;
        Ok(self.transfer_loaded(from, to, value))
    }
    fn transfer_loaded(&mut self, from: Address, to: Address, value: U256) -> Option<TransferError> {
        transfer_error((self.at.table.transfer)(self.at.host, &from, &to, &value))
    }
    fn caller_accounting_journal_entry(&mut self, _: Address, _: U256, _: bool) {
        unreachable!("deprecated; revm's handler does not call it")
    }
    fn nonce_bump_journal_entry(&mut self, _: Address) {
        unreachable!("deprecated; revm's handler does not call it")
    }
    fn balance_incr(&mut self, address: Address, more: U256) -> Read<()> {
        self.load_account_mut(address)?.incr_balance(more);
        Ok(())
    }

    fn load_account(&mut self, address: Address) -> Read<StateLoad<&Account>> {
        let loaded = self.read(address, false)?;
        Ok(StateLoad::new(&self.account, loaded.is_cold))
    }
    fn load_account_with_code(&mut self, address: Address) -> Read<StateLoad<&Account>> {
        let loaded = self.read(address, true)?;
        Ok(StateLoad::new(&self.account, loaded.is_cold))
    }
    fn load_account_delegated(&mut self, address: Address) -> Read<StateLoad<AccountLoad>> {
        let Loaded { is_cold, is_empty } = self.read(address, true)?;
        let delegate = self.account.info.code.as_ref().and_then(Bytecode::eip7702_address);
        let is_delegate_account_cold = match delegate {
            Some(delegate) => Some(self.read(delegate, false)?.is_cold),
            None => None,
        };
        Ok(StateLoad::new(AccountLoad { is_delegate_account_cold, is_empty }, is_cold))
    }
    fn load_account_mut_skip_cold_load(&mut self, address: Address, skip: bool) -> Load<StateLoad<HostAccount<'_>>> {
        let loaded = self.load(address, false, skip)?;
        Ok(StateLoad::new(HostAccount { journal: self, address }, loaded.is_cold))
    }
    fn load_account_mut_optional_code(
        &mut self,
        address: Address,
        with_code: bool,
    ) -> Read<StateLoad<HostAccount<'_>>> {
        let loaded = self.read(address, with_code)?;
        Ok(StateLoad::new(HostAccount { journal: self, address }, loaded.is_cold))
    }
    fn load_account_info_skip_cold_load(
        &mut self,
        address: Address,
        with_code: bool,
        skip: bool,
    ) -> Load<AccountInfoLoad<'_>> {
        let Loaded { is_cold, is_empty } = self.load(address, with_code, skip)?;
        Ok(AccountInfoLoad::new(&self.account.info, is_cold, is_empty))
    }

    /// The hash is the C++ side's affair: it knows the suite.
    fn set_code_with_hash(&mut self, address: Address, code: Bytecode, _: B256) {
        self.set_code(address, code)
    }
    fn set_code(&mut self, address: Address, code: Bytecode) {
        let bytes = code.original_bytes();
        let owned = Box::into_raw(Box::new(code));
        (self.at.table.set_code)(self.at.host, &address, owned, bytes.as_ptr(), bytes.len())
    }

    fn checkpoint(&mut self) -> JournalCheckpoint {
        checkpoint_of((self.at.table.checkpoint)(self.at.host))
    }
    fn checkpoint_commit(&mut self) {}
    fn checkpoint_revert(&mut self, checkpoint: JournalCheckpoint) {
        (self.at.table.revert)(self.at.host, checkpoint.journal_i as u64)
    }
    fn create_account_checkpoint(
        &mut self,
        caller: Address,
        address: Address,
        value: U256,
        _: SpecId,
    ) -> Result<JournalCheckpoint, TransferError> {
        let mut mark = 0;
        let answer = (self.at.table.create)(self.at.host, &caller, &address, &value, &mut mark);
        transfer_error(answer).map_or(Ok(checkpoint_of(mark)), Err)
    }
    fn depth(&self) -> usize {
        0
    }

    // The C++ side ends a transaction: only it knows whether the block has room for it.
    fn commit_tx(&mut self) {}
    fn discard_tx(&mut self) {}
    fn finalize(&mut self) {}
}
