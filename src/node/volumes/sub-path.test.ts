import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeUnmounted } from "./mount-points.ts";
import { runCommand } from "./run-command.ts";
import { subPathOnHost } from "./sub-path.ts";

let root = "";
let volume = "";
let count = 0;
const target = (): string => join(root, "targets", String((count += 1)));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kube-sub-path-"));
  volume = join(root, "volume");
  await mkdir(join(volume, "inside"), { recursive: true });
  await mkdir(join(root, "outside"));
  await writeFile(join(volume, "inside/file"), "in");
  await writeFile(join(root, "outside/secret"), "out");
  await symlink("inside", join(volume, "near"));
  await symlink(join(root, "outside"), join(volume, "far"));
  await symlink("/etc/passwd", join(volume, "passwd"));
});
afterAll(() => removeUnmounted(root));

const refusal = (subPath: string): Promise<string> =>
  subPathOnHost(volume, subPath, target()).catch((error: Error) => error.message);

test("subPathOnHost gives a directory, a file, and what is behind a link inside", async () => {
  expect(await readFile(join(await subPathOnHost(volume, "inside", target()), "file"), "utf8")).toBe("in");
  expect(await readFile(await subPathOnHost(volume, "inside/file", target()), "utf8")).toBe("in");
  expect(await readFile(join(await subPathOnHost(volume, "near", target()), "file"), "utf8")).toBe("in");
});

test("subPathOnHost makes directories that are missing", async () => {
  const path = await subPathOnHost(volume, "new/deep", target());
  await writeFile(join(path, "file"), "written");
  expect(await readFile(join(volume, "new/deep/file"), "utf8")).toBe("written");
});

test("subPathOnHost refuses what leads out of the volume", async () => {
  expect(await refusal("../outside")).toContain("must stay inside the volume");
  expect(await refusal("/etc")).toContain("must stay inside the volume");
  expect(await refusal("far")).toContain("leads outside of the volume");
  expect(await refusal("far/new")).toContain("leads outside of the volume");
  expect(await refusal("passwd")).toContain("leads outside of the volume");
  expect(await readFile(join(root, "outside/secret"), "utf8")).toBe("out");
});

test.skipIf(process.getuid?.() !== 0)("a link put in the way afterwards changes nothing", async () => {
  await mkdir(join(volume, "victim"));
  await writeFile(join(volume, "victim/file"), "mine");
  const path = await subPathOnHost(volume, "victim", target());
  await rename(join(volume, "victim"), join(volume, "moved"));
  await symlink(join(root, "outside"), join(volume, "victim"));
  expect(await readFile(join(path, "file"), "utf8")).toBe("mine");
});

test.skipIf(process.getuid?.() !== 0)("subPathOnHost takes the place of what an earlier container had", async () => {
  const place = target();
  await subPathOnHost(volume, "inside", place);
  expect(await readFile(await subPathOnHost(volume, "inside/file", target()), "utf8")).toBe("in");
  expect(await readFile(join(await subPathOnHost(volume, "near", place), "file"), "utf8")).toBe("in");
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .filter((line) => line.includes(` ${place} `));
  expect(mounts).toHaveLength(1);
});

test.skipIf(process.getuid?.() !== 0)("removeUnmounted leaves what was mounted alone", async () => {
  const directory = join(root, "pod");
  const path = await subPathOnHost(volume, "inside", join(directory, "sub"));
  expect(path).toBe(join(directory, "sub"));
  await removeUnmounted(directory);
  expect(await readFile(join(volume, "inside/file"), "utf8")).toBe("in");
});

test("nothing is made outside while a link on the way turns outside and back", async () => {
  const way = join(volume, "way");
  await symlink("inside", way);
  const stop = new AbortController();
  const turn = async (): Promise<void> => {
    for (let turns = 0; !stop.signal.aborted; turns++) {
      const next = join(volume, "next");
      await symlink(turns % 2 === 0 ? join(root, "outside") : "inside", next);
      await rename(next, way);
    }
  };
  const turning = turn();
  for (let round = 0; round < 100; round++) {
    const made = subPathOnHost(volume, `way/new-${round}/deep`, target());
    await made.then(unmount, () => undefined);
  }
  stop.abort();
  await turning;
  expect(await readdir(join(root, "outside"))).toEqual(["secret"]);
  expect((await readdir(join(volume, "inside"))).length).toBeGreaterThan(1);
});

const unmount = async (path: string): Promise<void> => {
  if (process.getuid?.() === 0) await runCommand(["umount", path]);
};

test("subPathOnHost does not wait for the writer of a pipe", async () => {
  await runCommand(["mkfifo", join(volume, "pipe")]);
  const path = await subPathOnHost(volume, "pipe", target());
  expect((await stat(path)).isFIFO()).toBe(true);
});
