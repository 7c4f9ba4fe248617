import { expect, test } from "bun:test";

import { changedTaints, conflictingTaints, parseTaints } from "./taint-changes.ts";

const taint = (key: string, effect: string, value?: string) => ({ key, effect, ...(value ? { value } : {}) });

test("parseTaints tells what is added from what is removed", () => {
  expect(parseTaints(["a=b:NoSchedule", "c:NoExecute", "d:NoSchedule-", "e-"])).toEqual({
    added: [taint("a", "NoSchedule", "b"), taint("c", "NoExecute")],
    removed: [taint("d", "NoSchedule"), taint("e", "")],
  });
});

test.each([
  ["a=b", "invalid taint spec: a=b"],
  ["a=b:Never", "invalid taint effect: Never, unsupported taint effect"],
  ["a=b=c:NoSchedule", "invalid taint spec: a=b=c:NoSchedule"],
  ["a:b:NoSchedule", "invalid taint spec: a:b:NoSchedule"],
  ["-a:NoSchedule", "invalid taint spec: -a:NoSchedule, name part must consist of"],
])("parseTaints refuses %s", (spec, message) => expect(() => parseTaints([spec])).toThrow(message));

test("parseTaints refuses a taint that is there twice", () => {
  expect(() => parseTaints(["a=b:NoSchedule", "a=c:NoSchedule"])).toThrow(
    "duplicated taints with the same key and effect: {a c NoSchedule <nil>}",
  );
});

test("conflictingTaints are both set and taken away", () => {
  expect(conflictingTaints(parseTaints(["a=b:NoSchedule", "c:NoExecute", "a-", "c:NoSchedule-"]))).toEqual(["a="]);
});

const node = { name: "one", taints: [taint("a", "NoSchedule", "b")] };
const overwrite = false;

test("changedTaints adds in front of what is there, and tells what it did", () => {
  expect(changedTaints(node, parseTaints(["c:NoExecute"]), { overwrite })).toEqual({
    taints: [taint("c", "NoExecute"), taint("a", "NoSchedule", "b")],
    operation: "tainted",
  });
  expect(changedTaints(node, parseTaints(["a-"]), { overwrite })).toEqual({ taints: [], operation: "untainted" });
  expect(changedTaints(node, parseTaints(["c:NoExecute", "a-"]), { overwrite }).operation).toBe("modified");
});

test("changedTaints overwrites only when it may, and removes only what is there", () => {
  const changes = parseTaints(["a=c:NoSchedule"]);
  expect(() => changedTaints(node, changes, { overwrite })).toThrow(
    "node one already has a taint(s) with same effect(s) and --overwrite is false",
  );
  expect(changedTaints(node, changes, { overwrite: true })).toEqual({
    taints: [taint("a", "NoSchedule", "c")],
    operation: "modified",
  });
  expect(() => changedTaints(node, parseTaints(["x:NoExecute-"]), { overwrite })).toThrow(
    'taint "x:NoExecute" not found',
  );
});
