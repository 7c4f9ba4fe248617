import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isLocked, tryLock } from "./lock.ts";

test("one holds the lock, and others see that without taking it", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "lock");
  expect(await isLocked(path)).toBe(false);
  {
    using held = tryLock(path);
    expect(held).toBeDefined();
    expect(await isLocked(path)).toBe(true);
    expect(tryLock(path)).toBeUndefined();
    expect(existsSync(`${path}-journal`)).toBe(false);
  }
  expect(await isLocked(path)).toBe(false);
  using again = tryLock(path);
  expect(again).toBeDefined();
});

test("a lock where no file can be is told with its reason", () => {
  expect(() => tryLock("/nonexistent/lock")).toThrow("Cannot lock /nonexistent/lock: unable to open database file");
});

function tempFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "kube-lock-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
