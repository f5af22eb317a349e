// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A small ERC-20 token for tests and benchmarks. The code was made by solc 0.8.30 (npm) with optimizer runs 200,
// evmVersion prague and no metadata, from:
//
//   contract Token {
//     mapping(address => uint256) public balanceOf;
//     event Transfer(address indexed from, address indexed to, uint256 value);
//     constructor(uint256 supply) { balanceOf[msg.sender] = supply; }
//     function transfer(address to, uint256 value) external returns (bool) {
//       require(balanceOf[msg.sender] >= value, "too little");
//       unchecked { balanceOf[msg.sender] -= value; }
//       balanceOf[to] += value;
//       emit Transfer(msg.sender, to, value);
//       return true;
//     }
//   }
#pragma once

#include "base/hex.hpp"
#include "base/uint256.hpp"

namespace hanse::executor::token {

inline constexpr char kInitCode[] =
    "6080604052348015600e575f5ffd5b50604051610242380380610242833981016040819052602b91603e565b335f90815260208190526040"
    "9020556054565b5f60208284031215604d575f5ffd5b5051919050565b6101e1806100615f395ff3fe608060405234801561000f575f5ffd"
    "5b5060043610610034575f3560e01c806370a0823114610038578063a9059cbb1461006a575b5f5ffd5b61005761004636600461017a565b"
    "5f6020819052908152604090205481565b6040519081526020015b60405180910390f35b61007d61007836600461019a565b61008d565b60"
    "40519015158152602001610061565b335f908152602081905260408120548211156100dc5760405162461bcd60e51b815260206004820152"
    "600a602482015269746f6f206c6974746c6560b01b604482015260640160405180910390fd5b335f90815260208190526040808220805485"
    "900390556001600160a01b0385168252812080548492906101109084906101c2565b90915550506040518281526001600160a01b03841690"
    "33907fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef9060200160405180910390a35060015b9291505056"
    "5b80356001600160a01b0381168114610175575f5ffd5b919050565b5f6020828403121561018a575f5ffd5b6101938261015f565b939250"
    "5050565b5f5f604083850312156101ab575f5ffd5b6101b48361015f565b946020939093013593505050565b808201808211156101595763"
    "4e487b7160e01b5f52601160045260245ffd";

// Deploys with `supply` in the hands of the deployer.
inline Bytes deployment(const U256& supply) {
  Bytes code = from_hex(kInitCode).value();
  append(code, supply.to_be());
  return code;
}

inline Bytes padded(const Address& address) {
  Bytes word(12);
  append(word, address);
  return word;
}

inline Bytes transfer(const Address& to, const U256& value) {
  Bytes input{0xa9, 0x05, 0x9c, 0xbb};
  append(input, padded(to));
  append(input, value.to_be());
  return input;
}

inline Bytes balance_of(const Address& owner) {
  Bytes input{0x70, 0xa0, 0x82, 0x31};
  append(input, padded(owner));
  return input;
}

}  // namespace hanse::executor::token
