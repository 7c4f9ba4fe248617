import { expect, test } from "bun:test";

import { chainName, emptyRuleset, type Ruleset, rulesetChange, type TableSet } from "./ruleset.ts";

const ruleset = (
  chains: Readonly<Record<string, readonly string[]>>,
  elements: Readonly<Record<string, string>>,
  ownSets: readonly string[] = [],
): Ruleset => {
  const sets = new Map<string, TableSet>([
    ["ports", { keyword: "map", declaration: undefined, elements: new Map(Object.entries(elements)) }],
  ]);
  for (const name of ownSets) {
    sets.set(name, { keyword: "set", declaration: "type ipv4_addr;", elements: new Map([["10.0.0.1", ""]]) });
  }
  return { chains: new Map(Object.entries(chains)), sets };
};

test("rulesetChange makes sets and chains before what refers to them", () => {
  expect(rulesetChange("ip t", emptyRuleset, ruleset({ a: ["accept"] }, { "tcp . 80": "goto a" }, ["own"]))).toEqual([
    "add set ip t own { type ipv4_addr; }",
    "add chain ip t a",
    "add rule ip t a accept",
    "add element ip t ports { tcp . 80 : goto a }",
    "add element ip t own { 10.0.0.1 }",
  ]);
});

test("rulesetChange touches only what differs", () => {
  const before = ruleset({ a: ["one"], b: ["two"] }, { "tcp . 80": "goto a", "tcp . 81": "goto b" });
  const after = ruleset({ a: ["one"], b: ["three"] }, { "tcp . 80": "goto a", "tcp . 82": "goto b" });
  expect(rulesetChange("ip t", before, after)).toEqual([
    "flush chain ip t b",
    "add rule ip t b three",
    "delete element ip t ports { tcp . 81 }",
    "add element ip t ports { tcp . 82 : goto b }",
  ]);
  expect(rulesetChange("ip t", before, before)).toEqual([]);
});

test("rulesetChange removes elements before the chains they go to, and sets with all they hold", () => {
  expect(rulesetChange("ip t", ruleset({ a: ["accept"] }, { "tcp . 80": "goto a" }, ["own"]), ruleset({}, {}))).toEqual(
    ["delete element ip t ports { tcp . 80 }", "flush chain ip t a", "delete chain ip t a", "delete set ip t own"],
  );
});

test("chainName fits nftables whatever the name", () => {
  const name = chainName("svc", `${"n".repeat(63)}/${"s".repeat(253)}:port`);
  expect(name.length).toBeLessThan(100);
  expect(name).toMatch(/^svc-[a-z0-9]+-n+/);
});
