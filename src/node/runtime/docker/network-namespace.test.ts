import { describe, expect, test } from "bun:test";
import { readlinkSync } from "node:fs";

import { networkNamespaces } from "./network-namespace.ts";

const skipped = process.platform !== "linux" ? "not Linux" : process.getuid?.() !== 0 ? "not root" : undefined;

const current = (): string => readlinkSync("/proc/thread-self/ns/net");

describe.skipIf(skipped !== undefined)(`networkNamespaces${skipped ? ` (${skipped})` : ""}`, () => {
  test("within is in the other namespace for as long as the call, whatever comes of it", async () => {
    const namespaces = networkNamespaces();
    const ours = current();
    const other = Bun.spawn(["unshare", "--net", "sh", "-c", "readlink /proc/self/ns/net; exec sleep 1000"]);
    try {
      const { value } = await other.stdout.getReader().read();
      const theirs = new TextDecoder().decode(value).trim();
      expect(theirs).not.toBe(ours);
      expect(namespaces?.within(other.pid, current)).toBe(theirs);
      expect(current()).toBe(ours);
      const failing = (): never => {
        throw new Error(current());
      };
      expect(() => namespaces?.within(other.pid, failing)).toThrow(theirs);
      expect(current()).toBe(ours);
    } finally {
      other.kill("SIGKILL");
      await other.exited;
    }
    expect(() => namespaces?.within(other.pid, current)).toThrow("ENOENT");
    expect(current()).toBe(ours);
  });
});
