/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Hanse authors
 * The one Rust static library, as C sees it: the EVM of the revm crate over a journal that the host keeps. No policy in
 * it. A word is four little-endian 64-bit limbs (the layout of hanse::U256); addresses and hashes are plain bytes.
 *
 * A vm belongs to one thread at a time. Callbacks run on the thread that entered the vm, and must not throw. */
#ifndef HANSE_BRIDGE_H
#define HANSE_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct { uint64_t limbs[4]; } bridge_word;
typedef struct { uint8_t bytes[20]; } bridge_address;
typedef struct { uint8_t bytes[32]; } bridge_hash;
typedef struct bridge_code bridge_code; /* analysed code; immutable, may be read by several threads */
typedef struct bridge_vm bridge_vm;

/* What a callback that reads state answers. */
enum { BRIDGE_WARM = 0, BRIDGE_COLD = 1, BRIDGE_SKIPPED = 2, BRIDGE_FAULT = 3 };
/* Bits of the second argument of `account`. */
enum { BRIDGE_SKIP_IF_COLD = 1, BRIDGE_WITH_CODE = 2 };
/* Further bits that `selfdestruct` answers beside BRIDGE_COLD. */
enum { BRIDGE_HAD_VALUE = 4, BRIDGE_HEIR_EXISTS = 8, BRIDGE_DESTROYED_BEFORE = 16 };
enum { BRIDGE_ROUTE_EVM = 0, BRIDGE_ROUTE_NATIVE = 1, BRIDGE_ROUTE_SUSPEND = 2 };
/* What `transfer` and `create` answer. */
enum { BRIDGE_MOVED = 0, BRIDGE_OUT_OF_FUNDS = 1, BRIDGE_OVERFLOW = 2, BRIDGE_COLLISION = 3 };

typedef struct {
  bridge_word balance;
  uint64_t nonce;
  bridge_hash code_hash;   /* of a codeless account: the hash of nothing; of an empty one: zero */
  const bridge_code* code; /* null: no code, or not asked for; lives until the transaction ends */
  uint8_t is_empty;        /* EIP-161: no balance, nonce or code; such an account does not exist */
} bridge_account;

typedef struct {
  bridge_address to, from;
  bridge_word value;
  const uint8_t* input;
  size_t input_size;
  uint64_t gas;
  uint32_t depth;
  uint8_t is_static;
  uint8_t is_delegated; /* DELEGATECALL or CALLCODE: the code of `to` on the storage of another */
} bridge_callee;

typedef struct {
  int32_t status; /* 0 ok, 1 reverted, 2 failed (takes all gas) */
  uint64_t gas_used;
  const uint8_t* output;
  size_t output_size;
} bridge_answer;

typedef struct {
  int32_t (*account)(void*, const bridge_address*, uint32_t flags, bridge_account*);
  int32_t (*sload)(void*, const bridge_address*, const bridge_word* key, int32_t skip_if_cold, bridge_word*);
  /* `before` is two words: the slot's value when the transaction began, and now. */
  int32_t (*sstore)(void*, const bridge_address*, const bridge_word* key, const bridge_word* value,
                    int32_t skip_if_cold, bridge_word* before);
  void (*tload)(void*, const bridge_address*, const bridge_word* key, bridge_word*);
  void (*tstore)(void*, const bridge_address*, const bridge_word* key, const bridge_word* value);
  void (*log)(void*, const bridge_address*, const bridge_hash* topics, size_t topic_count, const uint8_t* data,
              size_t size);
  int32_t (*selfdestruct)(void*, const bridge_address*, const bridge_address* heir, int32_t skip_if_cold);
  int32_t (*block_hash)(void*, uint64_t number, bridge_hash*);
  uint64_t (*checkpoint)(void*);
  void (*revert)(void*, uint64_t checkpoint);
  int32_t (*transfer)(void*, const bridge_address* from, const bridge_address* to, const bridge_word* value);
  int32_t (*create)(void*, const bridge_address* caller, const bridge_address* created, const bridge_word* value,
                    uint64_t* checkpoint);
  void (*set_balance)(void*, const bridge_address*, const bridge_word*);
  void (*set_nonce)(void*, const bridge_address*, uint64_t);
  /* Gives the code object to the host, which frees it. */
  void (*set_code)(void*, const bridge_address*, const bridge_code*, const uint8_t* bytes, size_t size);
  void (*warm)(void*, const bridge_address*, const bridge_word* keys, size_t key_count);
  void (*warm_precompiles)(void*, const bridge_address*, size_t count);
  /* The suite's hash and its rules for addresses; called when config.suite_hash is set. Null salt: the CREATE rule. */
  void (*hash)(void*, const uint8_t* data, size_t size, bridge_hash*);
  void (*created_address)(void*, const bridge_address* caller, uint64_t nonce, const bridge_word* salt,
                          const uint8_t* init_code, size_t size, bridge_address*);
  int32_t (*route)(void*, const bridge_address*);
  /* Runs a native contract; the output lives until the next native call. */
  void (*native)(void*, const bridge_callee*, bridge_answer*);
} bridge_host;

/* Numbers of the forks that the host may ask for (revm's SpecId). */
enum { BRIDGE_CANCUN = 11, BRIDGE_PRAGUE = 12, BRIDGE_OSAKA = 13 };

typedef struct {
  uint8_t spec;
  uint8_t suite_hash; /* hashes and created addresses by callback instead of Keccak-256 */
  uint64_t chain_id;
  uint64_t tx_gas_limit_max; /* in place of the cap of EIP-7825 */
  uint64_t block_number;
  uint64_t timestamp; /* seconds */
  uint64_t block_gas_limit;
  bridge_hash prevrandao;
  bridge_address beneficiary;
  uint64_t base_fee;
} bridge_config;

typedef struct {
  bridge_address address;
  const bridge_hash* slots;
  size_t slot_count;
} bridge_access;

typedef struct {
  bridge_word chain_id;
  bridge_address address;
  uint64_t nonce;
  bridge_address authority; /* recovered by the host */
  uint8_t is_valid;         /* 0: the signature was not */
} bridge_authorization;

typedef struct {
  uint8_t type;                 /* EIP-2718: 0, 1, 2, 4 */
  uint8_t keep_nonce;           /* the sender's nonce is neither checked nor raised */
  uint8_t sender_may_have_code; /* leaves out EIP-3607 */
  bridge_address from;
  const bridge_address* to;      /* null: creates a contract */
  const bridge_address* created; /* not null: the address of that contract */
  uint64_t nonce;
  uint64_t gas_limit;
  bridge_word gas_price; /* paid for each unit of gas, base fee included */
  bridge_word value;
  const uint8_t* input;
  size_t input_size;
  const bridge_access* access_list;
  size_t access_count;
  const bridge_authorization* authorizations;
  size_t authorization_count;
} bridge_tx;

enum { BRIDGE_SUCCESS = 0, BRIDGE_REVERTED = 1, BRIDGE_HALTED = 2, BRIDGE_REJECTED = 3 };
/* Why it halted, and why it was rejected. */
enum {
  BRIDGE_OUT_OF_GAS = 1, BRIDGE_BAD_INSTRUCTION = 2, BRIDGE_BAD_JUMP = 3, BRIDGE_STACK_UNDERFLOW = 4,
  BRIDGE_STACK_OVERFLOW = 5, BRIDGE_ADDRESS_IN_USE = 6, BRIDGE_PRECOMPILE_FAILED = 7, BRIDGE_NO_FUNDS = 8,
  BRIDGE_STATIC_VIOLATION = 9, BRIDGE_CODE_REFUSED = 10, BRIDGE_CALL_TOO_DEEP = 11, BRIDGE_OTHER_HALT = 12,
  BRIDGE_NONCE_TOO_LOW = 32, BRIDGE_NONCE_TOO_HIGH = 33, BRIDGE_CANNOT_PAY = 34, BRIDGE_INTRINSIC_GAS = 35,
  BRIDGE_SENDER_HAS_CODE = 36, BRIDGE_INIT_CODE_TOO_LONG = 37, BRIDGE_GAS_LIMIT_TOO_HIGH = 38,
  BRIDGE_OTHER_REJECTION = 39
};

typedef struct {
  int32_t ending;
  int32_t reason; /* 0 unless halted or rejected */
  uint64_t gas_used;
  const uint8_t* output; /* this and the text live until the vm is entered again */
  size_t output_size;
  const char* text; /* for a person, not terminated by zero */
  size_t text_size;
  bridge_address created;
  uint8_t has_created;
} bridge_result;

/* Table and host outlive the vm; config is copied. Null when the fork is unknown. */
bridge_vm* bridge_vm_new(const bridge_config*, const bridge_host*, void* host);
void bridge_vm_free(bridge_vm*);

/* Each of the three entries answers one of these. FAULTED: a callback answered BRIDGE_FAULT, or a bug; the outcome's
 * text says what. The host begins and ends the transaction in its journal, whatever the answer. */
enum { BRIDGE_FAULTED = 0, BRIDGE_FINISHED = 1, BRIDGE_SUSPENDED = 2 };
int32_t bridge_transact(bridge_vm*, const bridge_tx*);
/* One call upon the journal as it stands, without a transaction's checks and fees. */
int32_t bridge_call(bridge_vm*, const bridge_callee*);
/* After BRIDGE_SUSPENDED: the answer of the contract that lives elsewhere. The value of the call has not moved. */
int32_t bridge_resume(bridge_vm*, const bridge_answer*);

int32_t bridge_pending(const bridge_vm*, bridge_callee*); /* 1, and the call it is suspended at; else 0 */
void bridge_abandon(bridge_vm*);                          /* forgets a suspended run */
void bridge_outcome(bridge_vm*, bridge_result*);

const bridge_code* bridge_code_new(const uint8_t* bytes, size_t size); /* null only after a fault */
void bridge_code_free(const bridge_code*);

/* ECDSA on secp256k1 by libsecp256k1, from any thread. A secret and a digest have 32 bytes, a key (x and y) and a signature
 * (r and s) 64. Each answers 1, or 0: what was given is not what it should be. */
int32_t bridge_secp256k1_blind(const uint8_t* seed); /* 32 random bytes; once, before a secret is used */
int32_t bridge_secp256k1_public_key(const uint8_t* secret, uint8_t* key);
int32_t bridge_secp256k1_is_key(const uint8_t* key);
int32_t bridge_secp256k1_sign(const uint8_t* secret, const uint8_t* digest, uint8_t* signature, int32_t* recovery_id);
int32_t bridge_secp256k1_recover(const uint8_t* digest, const uint8_t* signature, int32_t recovery_id, uint8_t* key);

#ifdef __cplusplus
}
#endif
#endif
