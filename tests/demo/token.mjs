// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Compiles DemoToken (OpenZeppelin's ERC-20 with ten first holders) by the solc of package.json.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const here = dirname(fileURLToPath(import.meta.url));

function readImport(path) {
  try {
    return { contents: readFileSync(join(here, "node_modules", path), "utf8") };
  } catch (error) {
    return { error: error.message };
  }
}

export function compileToken() {
  const input = {
    language: "Solidity",
    sources: { "DemoToken.sol": { content: readFileSync(join(here, "DemoToken.sol"), "utf8") } },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { DemoToken: ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  const errors = (output.errors ?? []).filter((each) => each.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((each) => each.formattedMessage).join("\n"));
  const contract = output.contracts["DemoToken.sol"].DemoToken;
  return { abi: contract.abi, bytecode: "0x" + contract.evm.bytecode.object };
}
