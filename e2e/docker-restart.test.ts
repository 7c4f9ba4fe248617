import { expect, test } from "bun:test";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { type PrivateEngine, privateEngine } from "./support/private-engine.ts";
import { examples, kubeBinary, kubectlPath } from "./support/test-cluster.ts";

const isRoot = process.getuid?.() === 0;
const exampleImages = join(import.meta.dir, "..", "scripts", "example-image.ts");

// Only root can give an engine namespaces of its own, and the machine's engine is not ours to stop.
test.skipIf(!isRoot)(
  "when Docker is restarted the node is NotReady meanwhile, and the same pods run again at the same addresses",
  async () => {
    await using engine = await privateEngine();
    await engine.start();
    await succeed(engine, [process.execPath, exampleImages]);
    await using cluster = await startCluster(engine);
    const { kubectl } = cluster;
    await kubectl("apply", "-f", join(examples, "hello", "hello.yaml"));
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    const before = await addresses(kubectl);
    expect(before).toHaveLength(2);

    await engine.stop();
    await kubectl("wait", "node", "--all", "--for=condition=Ready=False", "--timeout=60s");
    expect(await addresses(kubectl)).toEqual(before);

    await engine.start();
    await kubectl("wait", "node", "--all", "--for=condition=Ready", "--timeout=60s");
    await kubectl("wait", "pod", "-l", "app=hello", "--for=condition=Ready", "--timeout=60s");
    await eventually("each container was started once more", async () => (await restarts(kubectl)) === "1 1");
    expect(await addresses(kubectl)).toEqual(before);
    await eventually("the Service answers", async () =>
      (await succeed(engine, [process.execPath, "-e", GET_HELLO])).startsWith("hello from version 1"),
    );
    const running = await succeed(engine, ["docker", "ps", "-q", "--filter", "label=kube.cluster=restart"]);
    expect(running.trim().split("\n")).toHaveLength(4);
  },
  180_000,
);

/** A request has to come from the engine's own network. */
const GET_HELLO = `console.log(await (await fetch("http://localhost:30080/")).text())`;

type Kubectl = (...args: readonly string[]) => Promise<string>;

async function startCluster(engine: PrivateEngine): Promise<AsyncDisposable & { readonly kubectl: Kubectl }> {
  const env = {
    KUBE_HOME: join(engine.folder, "clusters"),
    KUBECONFIG: join(engine.folder, "kubeconfig"),
    HOME: engine.folder,
  };
  await succeed(engine, [kubeBinary, "start", "--name", "restart"], env);
  return {
    kubectl: async (...args) => await succeed(engine, [kubectlPath(), ...args], env),
    async [Symbol.asyncDispose]() {
      await engine.run([kubeBinary, "delete", "--name", "restart", "--purge"], { env });
    },
  };
}

/** `name address` of each pod. */
async function addresses(kubectl: Kubectl): Promise<readonly string[]> {
  const form = `jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{"\\n"}{end}`;
  return (await kubectl("get", "pods", "-l", "app=hello", "-o", form)).trim().split("\n");
}

async function restarts(kubectl: Kubectl): Promise<string> {
  const form = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
  return await kubectl("get", "pods", "-l", "app=hello", "-o", form);
}

async function succeed(
  engine: PrivateEngine,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout, stderr, exitCode } = await engine.run(command, { env });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
}
