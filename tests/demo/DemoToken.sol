// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract DemoToken is ERC20 {
    constructor(address[] memory holders, uint256 each) ERC20("Demo", "DEMO") {
        for (uint256 i = 0; i < holders.length; i++) _mint(holders[i], each);
    }
}
