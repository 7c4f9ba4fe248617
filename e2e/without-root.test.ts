import { expect, test } from "bun:test";
import { chmod, chown, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run, succeed } from "./support/run.ts";
import { examples, kubeBinary, kubectlPath } from "./support/test-cluster.ts";

const USER_ID = 65_533;
const DOCKER_SOCKET = "/var/run/docker.sock";

/** Only root can become somebody else. */
const canBecomeUser = process.getuid?.() === 0 && (await stat(DOCKER_SOCKET).catch(() => undefined)) !== undefined;

test.skipIf(!canBecomeUser)(
  "a user who may use Docker and is not root starts a cluster whose Services answer",
  async () => {
    await exampleImages();
    const folder = await mkdtemp(join(tmpdir(), "kube-user-"));
    const binary = join(folder, "kube");
    await Bun.write(binary, Bun.file(kubeBinary));
    await chmod(binary, 0o755);
    await chown(folder, USER_ID, USER_ID);
    const name = `user-${process.pid}`;
    const { gid } = await stat(DOCKER_SOCKET);
    const env = { HOME: folder, KUBE_HOME: join(folder, "clusters"), KUBECONFIG: join(folder, "kubeconfig") };
    const asUser = (command: readonly string[]): string[] => [
      "setpriv",
      `--reuid=${USER_ID}`,
      `--regid=${gid}`,
      "--clear-groups",
      ...command,
    ];
    const kubectl = async (...args: readonly string[]): Promise<string> =>
      await succeed(asUser([kubectlPath(), ...args]), { env });
    try {
      const start = await run(asUser([binary, "start", "--name", name]), { env });
      expect(`${start.stdout}${start.stderr}`).toContain("is running at");
      const manifest = (await Bun.file(join(examples, "hello", "hello.yaml")).text()).replace(
        "nodePort: 30080",
        "nodePort: 30082",
      );
      const file = join(folder, "hello.yaml");
      await Bun.write(file, manifest);
      await kubectl("apply", "-f", file);
      await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
      await eventually("it answers on localhost", async () => (await fetch("http://localhost:30082/")).ok);
      const [pod = ""] = (await kubectl("get", "pods", "-o", "name")).split("\n");
      expect(await kubectl("exec", pod, "--", "wget", "-qO-", "http://hello/")).toStartWith("hello from version 1");
      expect((await run(asUser([binary, "delete", "--name", name, "--purge"]), { env })).stdout).toContain(
        "is deleted",
      );
      expect((await run(["docker", "ps", "-aq", "--filter", `name=kube-${name}`])).stdout).toBe("");
      expect((await run(["nft", "list", "tables"])).stdout).not.toContain(name);
    } finally {
      await run(asUser([binary, "delete", "--name", name, "--purge"]), { env });
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
