// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
//! libsecp256k1 as its crate carries it: newer than Debian's package and a sixth faster at recovery. Each function answers
//! 1, or 0 where the input is not what it should be. Keys are x and y without a prefix, signatures r and s.
use secp256k1_sys::recovery::*;
use secp256k1_sys::*;
use std::ptr::{null, NonNull};
use std::sync::OnceLock;

/// Blinding protects the key in use against side channels; it does not change what is signed.
struct Signing(NonNull<Context>);
unsafe impl Send for Signing {}
unsafe impl Sync for Signing {} // constant once it is made

static SIGNING: OnceLock<Signing> = OnceLock::new();

/// Constant too, and enough for all that has no secret.
fn public() -> *const Context {
    unsafe { secp256k1_context_static }
}

fn signing() -> *const Context {
    SIGNING.get().map_or(public(), |made| made.0.as_ptr())
}

unsafe fn put_key(point: &PublicKey, key: *mut u8) -> i32 {
    let (mut encoded, mut size) = ([0u8; 65], 65);
    secp256k1_ec_pubkey_serialize(public(), encoded.as_mut_ptr(), &mut size, point, SECP256K1_SER_UNCOMPRESSED);
    key.copy_from_nonoverlapping(encoded[1..].as_ptr(), 64);
    1
}

/// # Safety
/// Each pointer names as many bytes as `hanse_bridge.h` says; so below.
#[no_mangle]
pub unsafe extern "C" fn bridge_secp256k1_blind(seed: *const u8) -> i32 {
    let mut blinded = 0;
    SIGNING.get_or_init(|| {
        let made = secp256k1_context_create(SECP256K1_START_SIGN);
        blinded = secp256k1_context_randomize(made, seed);
        Signing(made)
    });
    blinded
}

#[no_mangle]
pub unsafe extern "C" fn bridge_secp256k1_public_key(secret: *const u8, key: *mut u8) -> i32 {
    let mut point = PublicKey::new();
    if secp256k1_ec_pubkey_create(signing(), &mut point, secret) != 1 {
        return 0;
    }
    put_key(&point, key)
}

#[no_mangle]
pub unsafe extern "C" fn bridge_secp256k1_is_key(key: *const u8) -> i32 {
    let (mut encoded, mut point) = ([4u8; 65], PublicKey::new());
    encoded[1..].as_mut_ptr().copy_from_nonoverlapping(key, 64);
    secp256k1_ec_pubkey_parse(public(), &mut point, encoded.as_ptr(), 65)
}

#[no_mangle]
pub unsafe extern "C" fn bridge_secp256k1_sign(
    secret: *const u8, digest: *const u8, signature: *mut u8, recovery_id: &mut i32,
) -> i32 {
    let mut made = RecoverableSignature::new();
    if secp256k1_ecdsa_sign_recoverable(signing(), &mut made, digest, secret, None, null()) != 1 {
        return 0;
    }
    secp256k1_ecdsa_recoverable_signature_serialize_compact(public(), signature, recovery_id, &made)
}

#[no_mangle]
pub unsafe extern "C" fn bridge_secp256k1_recover(
    digest: *const u8, signature: *const u8, recovery_id: i32, key: *mut u8,
) -> i32 {
    let (mut parsed, mut point) = (RecoverableSignature::new(), PublicKey::new());
    if secp256k1_ecdsa_recoverable_signature_parse_compact(public(), &mut parsed, signature, recovery_id) != 1
        || secp256k1_ecdsa_recover(public(), &mut point, &parsed, digest) != 1
    {
        return 0;
    }
    put_key(&point, key)
}
