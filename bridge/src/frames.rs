// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! revm's transaction steps and frames, driven by a loop of our own that can stop at a call and go on later. The steps
//! are those of `Handler::run_without_catch_error`, cut at the frame loop: compare them at each version of revm.
use crate::abi::*;
use crate::journal::{BlockHashes, HostFault, HostJournal};
use core::ptr::null;
use revm::context::{BlockEnv, CfgEnv, Context, ContextTr, Evm, JournalTr, LocalContextTr, TxEnv};
use revm::context_interface::result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction};
use revm::context_interface::CreateScheme;
use revm::handler::{
    execution, instructions::EthInstructions, EthFrame, EthPrecompiles, EvmTr, FrameResult, Handler, ItemOrResult,
    PrecompileProvider,
};
use revm::interpreter::{
    interpreter::EthInterpreter, interpreter_action::FrameInit, CallInput, CallInputs, CallOutcome, CallScheme,
    CallValue, CreateInputs, FrameInput, Gas, GasTracker, InitialAndFloorGas, InstructionResult, InterpreterResult,
    SharedMemory,
};
use revm::primitives::{Address, AddressSet, Bytes, B256, U256};

pub type Ctx = Context<BlockEnv, TxEnv, CfgEnv, BlockHashes, HostJournal>;
pub type Engine = Evm<Ctx, (), EthInstructions<EthInterpreter, Ctx>, Precompiles, EthFrame<EthInterpreter>>;
pub type Fault = EVMError<HostFault, InvalidTransaction>;

/// Ethereum's precompiled contracts, and before them those that the host calls its own.
pub struct Precompiles {
    pub ethereum: EthPrecompiles,
    pub at: HostRef,
    /// Of the frame that is being entered.
    pub depth: u32,
}

fn instruction_result(status: i32, gas_covers: bool) -> InstructionResult {
    match (gas_covers, status) {
        (false, _) => InstructionResult::PrecompileOOG,
        (_, 0) => InstructionResult::Return,
        (_, 1) => InstructionResult::Revert,
        _ => InstructionResult::PrecompileError,
    }
}

/// What a caller sees of an answer that was not computed by the interpreter.
fn answered(call: &CallInputs, status: i32, output: Bytes, gas_used: u64) -> InterpreterResult {
    let mut gas = Gas::new_with_regular_gas_and_reservoir(call.gas_limit, call.reservoir);
    let covers = gas.record_regular_cost(gas_used);
    InterpreterResult::new(instruction_result(status, covers), output, gas)
}

impl PrecompileProvider<Ctx> for Precompiles {
    type Output = InterpreterResult;
    fn set_spec(&mut self, spec: revm::primitives::hardfork::SpecId) -> bool {
        PrecompileProvider::<Ctx>::set_spec(&mut self.ethereum, spec)
    }
    fn run(&mut self, ctx: &mut Ctx, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        if (self.at.table.route)(self.at.host, &inputs.bytecode_address) != ROUTE_NATIVE {
            return self.ethereum.run(ctx, inputs);
        }
        let input = inputs.input.bytes(ctx);
        let call = call_of(inputs, &input, self.depth);
        let mut answer = Answer { status: 2, gas_used: 0, output: null(), output_size: 0 };
        (self.at.table.native)(self.at.host, &call, &mut answer);
        // SAFETY: the host keeps the output until the next native call on it.
        let output = unsafe { Bytes::copy_from_slice(slice(answer.output, answer.output_size)) };
        Ok(Some(answered(inputs, answer.status, output, answer.gas_used)))
    }
    fn warm_addresses(&self) -> &AddressSet {
        self.ethereum.warm_addresses()
    }
}

fn call_of(inputs: &CallInputs, input: &Bytes, depth: u32) -> Call {
    Call {
        to: inputs.bytecode_address,
        from: inputs.caller,
        value: inputs.value.get(),
        input: input.as_ptr(),
        input_size: input.len(),
        gas: inputs.gas_limit,
        depth,
        is_static: inputs.is_static as u8,
        is_delegated: (inputs.target_address != inputs.bytecode_address) as u8,
    }
}

struct Steps;
impl Handler for Steps {
    type Evm = Engine;
    type Error = Fault;
    type HaltReason = HaltReason;
}

/// What a running transaction needs after its last frame.
struct RunningTx {
    intrinsic: InitialAndFloorGas,
    gas: GasTracker,
    refund: i64,
}

pub enum Ended {
    Transaction(ExecutionResult<HaltReason>),
    Call(InterpreterResult),
}

pub enum Progress {
    Finished(Ended),
    Suspended,
}

/// What the frame loop does next.
enum Step {
    /// A frame that may live elsewhere.
    Reach(FrameInit),
    Enter(FrameInit),
    Run,
    Back(FrameResult),
}

pub struct Vm {
    pub engine: Engine,
    pub at: HostRef,
    pub suite_hash: bool,
    pub created: Option<Address>,
    pub outcome: Option<Ended>,
    pub rejection: Option<InvalidTransaction>,
    pub text: String,
    pending: Option<Box<CallInputs>>,
    pending_input: Bytes,
    running: Option<RunningTx>,
}

impl Vm {
    pub fn new(engine: Engine, at: HostRef, suite_hash: bool) -> Self {
        Self {
            engine,
            at,
            suite_hash,
            created: None,
            outcome: None,
            rejection: None,
            text: String::new(),
            pending: None,
            pending_input: Bytes::new(),
            running: None,
        }
    }

    /// Forgets whatever ran, finished or not; the host undoes its journal itself.
    pub fn reset(&mut self) {
        self.outcome = None;
        self.rejection = None;
        self.pending = None;
        self.running = None;
        self.text.clear();
        self.engine.ctx.error = Ok(());
        self.engine.ctx.journal_mut().keep_nonce = false;
        self.engine.ctx.local_mut().clear();
        self.engine.frame_stack.clear();
    }

    pub fn transact(&mut self) -> Result<Progress, Fault> {
        let engine = &mut self.engine;
        let intrinsic = Steps.validate(engine)?;
        let mut gas = Steps.tx_gas(engine, &intrinsic);
        let before = Steps.pre_execution(engine, &mut gas)?;
        let refund = before.map_or(0, |b| b.eip7702_refund as i64);
        let first = match &before {
            Some(_) => Steps.first_frame_input(engine, &mut gas)?,
            None => None,
        };
        let tx = RunningTx { intrinsic, gas, refund };
        match first {
            Some(frame) => {
                engine.ctx.journal_mut().checkpoint_commit();
                self.running = Some(tx);
                self.drive(Step::Reach(frame))
            }
            None => {
                if let Some(before) = before {
                    execution::runtime_oog_unwind(&mut engine.ctx, before.checkpoint)?;
                }
                let mut gas = tx.gas;
                let result = Steps.runtime_oog_result(engine, &intrinsic, &mut gas)?;
                self.settle(result, tx)
            }
        }
    }

    /// One call without a transaction around it, on the journal as it stands. Whoever asks for it has decided that the
    /// contract runs here.
    pub fn call(&mut self, call: &Call, input: Bytes) -> Result<Progress, Fault> {
        let ctx = &mut self.engine.ctx;
        let target = ctx.journal_mut().load_account_with_code(call.to)?.data;
        let known_bytecode = (target.info.code_hash, target.info.code.clone().unwrap_or_default());
        let inputs = CallInputs {
            input: CallInput::Bytes(input),
            return_memory_offset: 0..0,
            gas_limit: call.gas,
            reservoir: 0,
            bytecode_address: call.to,
            known_bytecode,
            target_address: call.to,
            caller: call.from,
            value: CallValue::Transfer(call.value),
            scheme: CallScheme::Call,
            is_static: call.is_static != 0,
            charged_new_account_state_gas: false,
        };
        let memory = SharedMemory::new_with_buffer(ctx.local().shared_memory_buffer().clone());
        let frame_input = FrameInput::Call(Box::new(inputs));
        self.drive(Step::Enter(FrameInit { depth: call.depth as usize, memory, frame_input }))
    }

    /// The call at which the vm was suspended; None when it was not.
    pub fn pending(&self) -> Option<Call> {
        let inputs = self.pending.as_ref()?;
        let depth = self.engine.frame_stack.index().map_or(0, |index| index as u32 + 1);
        Some(call_of(inputs, &self.pending_input, depth))
    }

    pub fn resume(&mut self, status: i32, output: Bytes, gas_used: u64) -> Result<Progress, Fault> {
        let Some(call) = self.pending.take() else {
            return Err(EVMError::Custom("resumed without a suspended call".into()));
        };
        let result = answered(&call, status, output, gas_used);
        let mut outcome = CallOutcome::new(result, call.return_memory_offset.clone());
        outcome.charged_new_account_state_gas = call.charged_new_account_state_gas;
        self.drive(Step::Back(FrameResult::Call(outcome)))
    }

    /// Runs frames until the last one ends or a call goes to a contract that lives elsewhere. A call is suspended before
    /// its frame exists: gas is charged and the target is warm, but no value has moved.
    fn drive(&mut self, mut step: Step) -> Result<Progress, Fault> {
        loop {
            step = match step {
                Step::Reach(frame) if self.suspends_at(&frame) => return Ok(Progress::Suspended),
                Step::Reach(frame) | Step::Enter(frame) => self.enter(frame)?,
                Step::Run => match self.engine.frame_run()? {
                    ItemOrResult::Item(frame) => Step::Reach(frame),
                    ItemOrResult::Result(result) => Step::Back(result),
                },
                Step::Back(result) if self.engine.frame_stack.index().is_none() => return self.finish(result),
                Step::Back(result) => match self.engine.frame_return_result(result)? {
                    Some(result) => return self.finish(result),
                    None => Step::Run,
                },
            }
        }
    }

    fn enter(&mut self, mut frame: FrameInit) -> Result<Step, Fault> {
        self.choose_address(&mut frame)?;
        self.engine.precompiles.depth = frame.depth as u32;
        Ok(match self.engine.frame_init(frame)? {
            ItemOrResult::Item(_) => Step::Run,
            ItemOrResult::Result(result) => Step::Back(result),
        })
    }

    fn suspends_at(&mut self, frame: &FrameInit) -> bool {
        let FrameInput::Call(call) = &frame.frame_input else { return false };
        if (self.at.table.route)(self.at.host, &call.bytecode_address) != ROUTE_SUSPEND {
            return false;
        }
        self.pending_input = call.input.bytes(&self.engine.ctx);
        self.pending = Some(call.clone());
        true
    }

    /// Addresses of created contracts are Ethereum's unless the transaction names its own or the suite hashes otherwise.
    fn choose_address(&mut self, frame: &mut FrameInit) -> Result<(), Fault> {
        let depth = frame.depth;
        let FrameInput::Create(create) = &mut frame.frame_input else { return Ok(()) };
        let address = match (depth, self.created) {
            (0, Some(address)) => address,
            _ if self.suite_hash => self.suite_address(create)?,
            _ => return Ok(()),
        };
        create.set_scheme(CreateScheme::Custom { address });
        Ok(())
    }

    fn suite_address(&mut self, create: &CreateInputs) -> Result<Address, Fault> {
        let nonce = self.engine.ctx.journal_mut().load_account(create.caller())?.info.nonce;
        let salt = match create.scheme() {
            CreateScheme::Create2 { salt } => Some(salt),
            _ => None,
        };
        let salt = salt.as_ref().map_or(null(), |salt| salt as *const U256);
        let (code, mut address) = (create.init_code(), Address::ZERO);
        let (at, caller) = (self.at, create.caller());
        (at.table.created_address)(at.host, &caller, nonce, salt, code.as_ptr(), code.len(), &mut address);
        Ok(address)
    }

    fn finish(&mut self, mut result: FrameResult) -> Result<Progress, Fault> {
        match self.running.take() {
            Some(mut tx) => {
                Steps.last_frame_result(&mut self.engine, &mut result, &mut tx.gas)?;
                self.settle(result, tx)
            }
            None => {
                core::mem::replace(&mut self.engine.ctx.error, Ok(())).map_err(Fault::from)?;
                Ok(Progress::Finished(Ended::Call(result.interpreter_result().clone())))
            }
        }
    }

    fn settle(&mut self, mut result: FrameResult, tx: RunningTx) -> Result<Progress, Fault> {
        let gas = Steps.post_execution(&mut self.engine, &mut result, tx.intrinsic, tx.refund)?;
        let ended = Steps.execution_result(&mut self.engine, result, gas)?;
        Ok(Progress::Finished(Ended::Transaction(ended)))
    }
}

/// The hash opcode (0x20) with the hash of the host's suite; gas as for Keccak-256.
pub mod suite_hash {
    use super::*;
    use revm::interpreter::{Host, Instruction, InstructionContext};

    pub const OPCODE: u8 = 0x20;
    pub const STATIC_GAS: u16 = 30;

    pub fn instruction() -> Instruction<EthInterpreter, Ctx> {
        Instruction::new(run)
    }

    fn run(context: InstructionContext<'_, Ctx, EthInterpreter>) -> Result<(), InstructionResult> {
        let (interpreter, host) = (context.interpreter, context.host);
        let [offset, size] = interpreter.stack.popn().ok_or(InstructionResult::StackUnderflow)?;
        let size = usize::try_from(size).map_err(|_| InstructionResult::InvalidOperandOOG)?;
        if !interpreter.gas.record_regular_cost(host.gas_params().keccak256_cost(size)) {
            return Err(InstructionResult::OutOfGas);
        }
        let mut hash = B256::ZERO;
        let at = host.journal().at;
        if size == 0 {
            (at.table.hash)(at.host, null(), 0, &mut hash);
        } else {
            let offset = usize::try_from(offset).map_err(|_| InstructionResult::InvalidOperandOOG)?;
            interpreter.resize_memory(host.gas_params(), offset, size)?;
            let memory = interpreter.memory.slice_len(offset, size);
            (at.table.hash)(at.host, memory.as_ptr(), size, &mut hash);
        }
        let pushed = interpreter.stack.push(hash.into());
        debug_assert!(pushed, "two items were popped");
        Ok(())
    }
}
