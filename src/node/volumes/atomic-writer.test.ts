import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeAtomically } from "./atomic-writer.ts";
import type { VolumeFile } from "./volume.ts";

let root = "";
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), "kube-atomic-"))));
afterAll(() => rm(root, { recursive: true, force: true }));

async function newDirectory(): Promise<string> {
  const directory = join(root, crypto.randomUUID());
  await mkdir(directory);
  return directory;
}

const file = (path: string, text: string, mode = 0o644): VolumeFile => ({ path, bytes: Buffer.from(text), mode });
const write = (directory: string, files: readonly VolumeFile[], groupId?: number): Promise<boolean> =>
  writeAtomically(directory, files, { groupId, now: Date.parse("2026-11-21T10:00:00Z") });

const visible = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => !name.startsWith("..")).toSorted();

test("writeAtomically shows files through ..data, with their modes", async () => {
  const directory = await newDirectory();
  await write(directory, [file("a", "1"), file("deep/er/b", "2", 0o600)]);
  expect(await visible(directory)).toEqual(["a", "deep"]);
  expect(await readlink(join(directory, "a"))).toBe("..data/a");
  expect(await readlink(join(directory, "..data"))).toStartWith("..2026_11_21_10_00_00.");
  expect(await readFile(join(directory, "deep/er/b"), "utf8")).toBe("2");
  expect((await stat(join(directory, "deep/er/b"))).mode & 0o777).toBe(0o600);
});

test("writeAtomically replaces the whole set, and leaves nothing of the old one", async () => {
  const directory = await newDirectory();
  await write(directory, [file("a", "1"), file("b", "1")]);
  expect(await write(directory, [file("b", "2"), file("c", "2")])).toBe(true);
  expect(await visible(directory)).toEqual(["b", "c"]);
  expect(await readFile(join(directory, "b"), "utf8")).toBe("2");
  expect((await readdir(directory)).filter((name) => name.startsWith("..2"))).toHaveLength(1);
});

test("writeAtomically writes nothing when nothing has changed", async () => {
  const directory = await newDirectory();
  const files = [file("a", "1"), file("deep/b", "2")];
  await write(directory, files);
  const before = await readlink(join(directory, "..data"));
  expect(await write(directory, files)).toBe(false);
  expect(await readlink(join(directory, "..data"))).toBe(before);
  expect(await write(directory, [file("a", "1", 0o600), file("deep/b", "2")])).toBe(true);
});

test("writeAtomically never shows a mixture of two sets to a reader", async () => {
  const directory = await newDirectory();
  await write(directory, [file("a", "0"), file("b", "0")]);
  const written = new AbortController();
  const reading = (async () => {
    const mixtures: string[] = [];
    while (!written.signal.aborted) {
      // One look at ..data pins one set.
      const set = await readlink(join(directory, "..data"));
      const [a, b] = await Promise.all(
        ["a", "b"].map((name) => readFile(join(directory, set, name), "utf8").catch(() => undefined)),
      );
      if (a !== b && a !== undefined && b !== undefined) mixtures.push(`${a} ${b}`);
    }
    return mixtures;
  })();
  for (let round = 1; round <= 30; round++) await write(directory, [file("a", `${round}`), file("b", `${round}`)]);
  written.abort();
  expect(await reading).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)("writeAtomically gives files to a group, which may read them", async () => {
  const directory = await newDirectory();
  await write(directory, [file("a", "1", 0o400)], 4242);
  const { gid, mode } = await stat(join(directory, "a"));
  expect({ gid, mode: mode & 0o777 }).toEqual({ gid: 4242, mode: 0o440 });
  expect(await write(directory, [file("a", "1", 0o400)], 4242)).toBe(false);
});
