import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../../lib/logger.ts";
import { systemClock } from "../../../lib/time/clock.ts";
import { UserError } from "../../../lib/user-error.ts";
import { startTestDocker, whyNoDocker, type TestDocker } from "../../../testing/docker-engine.ts";
import {
  collect,
  container,
  exec,
  failure,
  logs,
  runSandbox,
  runtimeConformance,
  start,
  untilExited,
} from "../runtime.conformance.ts";
import type { ContainerSpec, SandboxRecord } from "../runtime.ts";
import { connectDocker, openDockerRuntime } from "./docker-runtime.ts";
import { PAUSE_IMAGE } from "./pause-image.ts";

// Containers are started: on a loaded machine that takes longer than Bun gives a test.
setDefaultTimeout(20_000);

const skipped = await whyNoDocker();

runtimeConformance("docker", startTestDocker, skipped);

describe.skipIf(skipped !== undefined)(`Docker${skipped ? ` (${skipped})` : ""}`, () => {
  let docker: TestDocker;
  let sandbox: SandboxRecord;
  let directory: string;
  beforeAll(async () => {
    docker = await startTestDocker();
    sandbox = await runSandbox(docker, "web");
    directory = mkdtempSync(join(tmpdir(), "kube-docker-"));
  });
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  let attempts = 0;

  /** What a script prints in a container of its own. */
  async function printed(script: string, more: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await start(docker, sandbox, script, { restartCount: (attempts += 1), ...more });
    await untilExited(docker.runtime, id);
    const chunks = await logs(docker.runtime, id, {});
    return Buffer.concat(chunks.map(({ bytes }) => bytes)).toString();
  }

  const security = (more: Partial<ContainerSpec["security"]>): Partial<ContainerSpec> => ({
    security: { ...container(docker, sandbox, "").security, ...more },
  });

  test("gives a container its environment, arguments, folder and the pod's name and address", async () => {
    const output = await printed("", {
      command: ["sh", "-c"],
      args: ['echo "$A|$(pwd)|$(hostname)|$(ip -4 -o addr show eth0)"'],
      env: [["A", "1=2 3"]],
      workingDir: "/tmp",
    });
    expect(output).toStartWith("1=2 3|/tmp|web|");
    expect(output).toContain(` ${sandbox.ip}/24 `);
  });

  test("mounts folders and files of this machine, read-only when asked", async () => {
    mkdirSync(join(directory, "data"));
    writeFileSync(join(directory, "hosts"), "10.9.9.9 here\n");
    const mount = (name: string, containerPath: string, readOnly: boolean) => ({
      hostPath: join(directory, name),
      containerPath,
      readOnly,
      propagation: "None" as const,
    });
    const output = await printed(
      "cat /etc/hosts; echo new > /data/file; echo x 2>/dev/null > /ro/file || echo refused",
      {
        mounts: [mount("hosts", "/etc/hosts", false), mount("data", "/data", false), mount("data", "/ro", true)],
      },
    );
    expect(output).toStartWith("10.9.9.9 here\n");
    expect(output).toEndWith("refused\n");
    expect(await Bun.file(join(directory, "data", "file")).text()).toBe("new\n");
  });

  test("refuses to mount what does not exist", async () => {
    const missing = { hostPath: join(directory, "missing"), containerPath: "/x", readOnly: false, propagation: "None" };
    const spec = container(docker, sandbox, "true", { mounts: [{ ...missing, propagation: "None" }] });
    expect(await failure(docker.runtime.createContainer(spec))).toBe("Invalid");
  });

  test("limits memory and CPU, and changes the limits while the container runs", async () => {
    const { runtime } = docker;
    const resources = { cpuShares: 512, cpuQuota: 20_000, memoryLimitBytes: 32 * 2 ** 20, oomScoreAdj: 900 };
    const id = await start(docker, sandbox, "sleep 1000", { name: "limited", resources });
    const version = await runtime.version();
    const memoryFile = version.cgroupVersion === 1 ? "memory/memory.limit_in_bytes" : "memory.max";
    const quotaFile = version.cgroupVersion === 1 ? "cpu/cpu.cfs_quota_us" : "cpu.max";
    const limits = async (): Promise<string> => {
      const command = ["sh", "-c", `cd /sys/fs/cgroup; cat ${memoryFile} ${quotaFile} /proc/1/oom_score_adj`];
      return await collect((await runtime.exec(id, exec(command))).stdout);
    };
    expect((await limits()).split(/\s+/)).toEqual(expect.arrayContaining([String(32 * 2 ** 20), "20000", "900"]));
    await runtime.updateLimits(id, { ...resources, cpuQuota: 50_000, memoryLimitBytes: 64 * 2 ** 20 });
    expect((await limits()).split(/\s+/)).toEqual(expect.arrayContaining([String(64 * 2 ** 20), "50000", "900"]));
  });

  test("puts the files of an image into a directory", async () => {
    const target = join(directory, "content");
    mkdirSync(target);
    const image = await docker.runtime.inspectImage(docker.image);
    await docker.runtime.extractImage(image?.id ?? "", target);
    expect(readdirSync(join(target, "bin"))).toContain("sh");
  });

  test("shows all of /proc when asked, and runs with a runtime of the engine's", async () => {
    const masked = await printed("ls -A /proc/acpi 2>/dev/null | wc -l; grep -c ' /proc/sys ' /proc/mounts", {});
    expect(masked.trim().split("\n").at(-1)).toBe("1");
    const unmasked = await printed("grep -c ' /proc/sys ' /proc/mounts", security({ unmaskedProc: true }));
    expect(unmasked.trim()).toBe("0");
    const refused = runSandbox(docker, "handler", { handler: "no-such-runtime" });
    expect(await refused.then(() => "ran", String)).toMatch(/unknown or invalid runtime name|Unknown runtime/);
  });

  test("tells that the kernel killed a container for its use of memory", async () => {
    const resources = { cpuShares: undefined, cpuQuota: undefined, memoryLimitBytes: 8 * 2 ** 20, oomScoreAdj: 1000 };
    const id = await start(docker, sandbox, "tail /dev/zero", { name: "hungry", resources });
    expect(await untilExited(docker.runtime, id)).toMatchObject({ exitCode: 137, signal: 9, oomKilled: true });
  });

  test("runs as the wanted user with the wanted groups", async () => {
    const output = await printed("id -u; id -g; id -G", security({ user: "1234:55", supplementalGroups: [77, 88] }));
    expect(output).toBe("1234\n55\n55 77 88\n");
  });

  test("keeps the root file system read-only when asked", async () => {
    expect(await printed("touch /x || echo refused", security({ readOnlyRootFilesystem: true }))).toContain("refused");
  });

  test("adds and drops capabilities, and lets none be gained when asked", async () => {
    const flags = "grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t'";
    const dropped = { dropCapabilities: ["ALL"], addCapabilities: ["NET_BIND_SERVICE"] };
    expect(await printed(flags, security({ ...dropped, allowPrivilegeEscalation: false }))).toBe(
      "CapEff:0000000000000400\nNoNewPrivs:1\nSeccomp:2\n",
    );
    expect(await printed(flags, security({ ...dropped, seccomp: "Unconfined" }))).toBe(
      "CapEff:0000000000000400\nNoNewPrivs:0\nSeccomp:0\n",
    );
  });

  test("shares the pod's processes when asked, and leaves no zombies", async () => {
    const pod = await runSandbox(docker, "shared");
    const shared = security({ shareProcessNamespace: true });
    const id = await start(docker, pod, "sleep 1000", shared);
    // The inner shell ends first: its child becomes the sandbox's, ends, and must not stay as a zombie.
    const orphan = [
      "sh",
      "-c",
      "sh -c 'sleep 0.1 & exit' ; sleep 0.3; cat /proc/1/comm; grep -l '^State:.Z' /proc/[0-9]*/status",
    ];
    expect(await collect((await docker.runtime.exec(id, exec(orphan))).stdout)).toBe("pause\n");
  });

  test("joins the host's network when asked", async () => {
    const pod = await runSandbox(docker, "host", { hostNetwork: true, ip: undefined });
    const id = await start(docker, pod, "readlink /proc/self/ns/net");
    await untilExited(docker.runtime, id);
    const namespace = Buffer.concat((await logs(docker.runtime, id, {})).map(({ bytes }) => bytes)).toString();
    expect(namespace.trim()).toBe(readlinkSync("/proc/self/ns/net"));
  });

  test("replaces what an earlier process created and lost", async () => {
    const spec = container(docker, sandbox, "true", { name: "lost" });
    const lost = await docker.runtime.createContainer(spec);
    const again = await docker.runtime.createContainer(spec);
    expect(again).not.toBe(lost);
    expect(await docker.runtime.inspectContainer(lost)).toBeUndefined();
  });

  test("finds again what an earlier process left", async () => {
    const id = await start(docker, sandbox, "sleep 1000", { name: "adopted", labels: { hash: "1" } });
    await using later = await openDockerRuntime({ ...docker.options, log: silentLogger });
    const { sandboxes, containers } = await later.list();
    expect(sandboxes.map((each) => each.id)).toContain(sandbox.id);
    expect(containers.find((each) => each.id === id)).toMatchObject({ name: "adopted", labels: { hash: "1" } });
    await using other = await openDockerRuntime({ ...docker.options, node: "node-2", log: silentLogger });
    expect(await other.list()).toEqual({ sandboxes: [], containers: [] });
  });

  test("makes the sandbox image again when it was removed", async () => {
    await using separate = await startTestDocker();
    using connection = await connectDocker(systemClock);
    // Only the name goes: other pods may run from the image.
    await connection.docker.getImage(PAUSE_IMAGE).remove({ force: true, noprune: true });
    const again = await runSandbox(separate, "again");
    expect(again.isRunning).toBe(true);
  });

  test("never lets the engine give away an address of the pods' range", async () => {
    using connection = await connectDocker(systemClock);
    const { network } = docker.options;
    const visitor = await connection.docker.createContainer({
      Image: docker.image,
      Cmd: ["sleep", "1000"],
      HostConfig: { NetworkMode: network.name },
    });
    try {
      await visitor.start();
      const { NetworkSettings } = await visitor.inspect();
      const address = NetworkSettings.Networks[network.name]?.IPAddress ?? "";
      expect(Number(address.split(".")[3])).toBeGreaterThanOrEqual(240);
    } finally {
      await visitor.remove({ force: true });
    }
  });

  test("refuses a network of the same name with another range", async () => {
    const network = { ...docker.options.network, subnet: "10.199.0.0/24" };
    const opening = openDockerRuntime({ ...docker.options, network, log: silentLogger });
    const error = await opening.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(`has ${docker.options.network.subnet}, and pods need 10.199.0.0/24`);
  });

  test("leaves no file descriptor behind", async () => {
    const { runtime } = docker;
    const id = await start(docker, sandbox, "echo line; sleep 1000", { name: "descriptors" });
    const use = async (): Promise<void> => {
      const caller = new AbortController();
      const options = { follow: true, sinceMs: undefined, tailLines: undefined };
      const reader = (await runtime.logs(id, options, caller.signal)).getReader();
      await reader.read();
      caller.abort();
      const session = await runtime.exec(id, { ...exec(["cat"]), stdin: true });
      await session.stdin?.close();
      await Promise.all([collect(session.stdout), collect(session.stderr), session.exitCode]);
      await runtime.stats();
    };
    const openAfterFive = async (): Promise<number> => {
      await Promise.all(Array.from({ length: 5 }, use));
      return readdirSync("/proc/self/fd").length;
    };
    const before = await openAfterFive();
    for (let round = 0; round < 3; round += 1) await openAfterFive();
    // Connections are kept for the next request for some seconds: as many as were made at once.
    expect(await openAfterFive()).toBeLessThanOrEqual(before + 5);
  });
});
