import { expect, test } from "bun:test";

import { chainName, type ChainsByTable, chainsChange, chainTag, noChains } from "./chains.ts";

const chains = (nat: Record<string, readonly string[]>): ChainsByTable => ({
  ...noChains,
  nat: new Map(Object.entries(nat)),
});

test("chainsChange makes what is new, empties what changed, and deletes what is gone, in one transaction", () => {
  const before = chains({ same: ["-j ACCEPT"], changed: ["-j ACCEPT"], gone: ["-j RETURN"] });
  const after = chains({ same: ["-j ACCEPT"], changed: ["-j fresh"], fresh: [] });
  expect(chainsChange(before, after)).toBe(
    "*nat\n:changed - [0:0]\n:fresh - [0:0]\n:gone - [0:0]\n-A changed -j fresh\n-X gone\nCOMMIT\n",
  );
  expect(chainsChange(after, after)).toBe("");
});

test("names fit the kernel's 28 characters", () => {
  expect(chainName(chainTag("a-cluster-with-a-very-long-name"), "svc", "x".repeat(300)).length).toBeLessThan(29);
  expect(`${chainTag("a")}-unserved-here`.length).toBeLessThan(29);
});
