import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { whyNoDocker } from "../../../testing/docker-engine.ts";

setDefaultTimeout(30_000);

const SOCKET = "/var/run/docker.sock";
const USER_ID = 65_533;
/** Only root can become somebody else. */
const skipped = process.getuid?.() === 0 ? await whyNoDocker() : "only root can become somebody else";

test.skipIf(skipped !== undefined)("a user who is not root removes a directory with files of root in it", async () => {
  const parent = await mkdtemp(join(tmpdir(), "kube-remove-"));
  try {
    await chown(parent, USER_ID, USER_ID);
    const directory = join(parent, "volume");
    await mkdir(join(directory, "of-root"), { recursive: true });
    await Bun.write(join(directory, "of-root", "file"), "");
    await Bun.write(join(parent, "other"), "");
    await chown(directory, USER_ID, USER_ID);
    await chmod(join(directory, "of-root"), 0o700);
    const { gid } = await stat(SOCKET);
    const program = `import { removeUnmounted } from "${join(import.meta.dir, "../../volumes/mount-points.ts")}";
      await removeUnmounted(${JSON.stringify(directory)});`;
    const child = Bun.spawn(
      ["setpriv", `--reuid=${USER_ID}`, `--regid=${gid}`, "--clear-groups", process.execPath, "-e", program],
      { stdout: "pipe", stderr: "pipe", env: { HOME: parent, PATH: process.env["PATH"] ?? "" } },
    );
    expect(await new Response(child.stderr).text()).toBe("");
    expect(await child.exited).toBe(0);
    const left = await readdir(parent);
    expect(left).toContain("other");
    expect(left).not.toContain("volume");
  } finally {
    await rm(parent, { recursive: true });
  }
});
