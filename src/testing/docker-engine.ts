import { silentLogger } from "../lib/logger.ts";
import { nameSuffix, randomFraction } from "../lib/random.ts";
import { systemClock } from "../lib/time/clock.ts";
import { UserError } from "../lib/user-error.ts";
import { connectDocker, openDockerRuntime, type DockerRuntimeOptions } from "../node/runtime/docker/docker-runtime.ts";
import { removeCluster } from "../node/runtime/docker/remove-cluster.ts";
import type { ContainerRuntime } from "../node/runtime/runtime.ts";
import { importBusyboxImage } from "./busybox-image.ts";

/** Has a shell and the usual commands. */
export const TEST_IMAGE = "kube-test:1";

/** Why tests that need an engine cannot run here; undefined when they can. */
export async function whyNoDocker(): Promise<string | undefined> {
  try {
    (await connectDocker(systemClock))[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export interface TestDocker extends AsyncDisposable {
  readonly runtime: ContainerRuntime;
  /** To open a further runtime of the same cluster. */
  readonly options: Omit<DockerRuntimeOptions, "log">;
  readonly image: string;
  nextIp(): string;
}

/** A runtime with a cluster of its own on the real engine, with the test image; disposing removes the cluster. */
export async function startTestDocker(): Promise<TestDocker> {
  using connection = await connectDocker(systemClock);
  await importBusyboxImage(connection.docker, { name: TEST_IMAGE, command: ["sh"] });
  const cluster = `test-${nameSuffix(8)}`;
  const { range, options, runtime } = await openWithFreeRange(cluster);
  let last = 1;
  return {
    runtime,
    options,
    image: TEST_IMAGE,
    nextIp: () => `${range}.${(last += 1)}`,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await removeCluster(cluster, systemClock);
    },
  };
}

/** Test runs beside each other meet in the range of RFC 2544, which no real network uses: whoever comes second tries again. */
async function openWithFreeRange(cluster: string) {
  for (;;) {
    const range = `198.18.${Math.floor(randomFraction() * 256)}`;
    const options = {
      cluster,
      node: "node-1",
      network: { name: `kube-${cluster}`, subnet: `${range}.0/24`, gateway: `${range}.1` },
      dataDirectory: "/tmp",
      clock: systemClock,
    };
    try {
      return { range, options, runtime: await openDockerRuntime({ ...options, log: silentLogger }) };
    } catch (error) {
      if (!(error instanceof UserError && error.message.includes("is taken by another network"))) throw error;
    }
  }
}
