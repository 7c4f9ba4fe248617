import { expect, test } from "bun:test";

import { isRecursivelyReadOnly } from "./recursive-read-only.ts";

const mount = { name: "data", mountPath: "/data", readOnly: true };

test("isRecursivelyReadOnly gives what is asked for, where the engine can", () => {
  expect(isRecursivelyReadOnly(mount, true)).toBe(false);
  expect(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: "Enabled" }, true)).toBe(true);
  expect(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: "IfPossible" }, true)).toBe(true);
  expect(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: "IfPossible" }, false)).toBe(false);
});

test("isRecursivelyReadOnly refuses what cannot be", () => {
  const enabled = { ...mount, recursiveReadOnly: "Enabled" };
  const begin =
    'failed to resolve recursive read-only mode: volume "data" requested recursive read-only mode, but it is not ';
  expect(() => isRecursivelyReadOnly(enabled, false)).toThrow(`${begin}supported by the runtime`);
  expect(() => isRecursivelyReadOnly({ ...enabled, readOnly: false }, true)).toThrow(`${begin}read-only`);
  expect(() => isRecursivelyReadOnly({ ...enabled, mountPropagation: "HostToContainer" }, true)).toThrow(
    `${begin}compatible with propagation "HostToContainer"`,
  );
});
