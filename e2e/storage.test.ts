import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

const LONG_MS = 180_000;

test(
  "a volume outlives its pod, a stop of the cluster and the cluster itself, and goes with its claim",
  async () => {
    const kubectl = async (...args: readonly string[]): Promise<string> => await cluster.kubectl(...args);
    const volumes = join(cluster.env["KUBE_HOME"] ?? "", cluster.name, "volumes");
    const journal = async (pod: string): Promise<string> => await kubectl("exec", pod, "--", "cat", "/data/journal");
    await kubectl("apply", "-f", join(examples, "stateful-set"));
    await kubectl("rollout", "status", "statefulset/journal", "--timeout=60s");
    expect(await kubectl("get", "pvc", "-o", "jsonpath={.items[*].metadata.name} {.items[*].status.phase}")).toBe(
      "data-journal-0 data-journal-1 Bound Bound",
    );
    expect(await journal("journal-0")).toBe("started\n");

    await kubectl("delete", "pod", "journal-0");
    await eventually("the new pod finds what the old one wrote", async () => (await journal("journal-0")).length > 8);
    expect(await journal("journal-0")).toBe("started\nstarted\n");

    await cluster.kube(["stop", "--name", cluster.name]);
    await cluster.kube(["start", "--name", cluster.name]);
    await kubectl("rollout", "status", "statefulset/journal", "--timeout=60s");
    expect(await journal("journal-1")).toBe("started\nstarted\n");

    await kubectl("patch", "pvc", "data-journal-1", "-p", '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}');
    await kubectl("wait", "pvc/data-journal-1", "--for=jsonpath={.status.capacity.storage}=2Gi", "--timeout=30s");

    // The claim goes when no pod uses it any more, and its files with it.
    expect(await readdir(volumes)).toHaveLength(2);
    await kubectl("delete", "pvc", "data-journal-1", "--wait=false");
    await kubectl("scale", "statefulset/journal", "--replicas=1");
    await kubectl("wait", "pvc/data-journal-1", "--for=delete", "--timeout=60s");
    const left = await eventually("its directory is gone", async () => {
      const names = await readdir(volumes);
      return names.length === 1 && names;
    });
    expect(left[0]).toEndWith("_default_data-journal-0");

    const deleted = await cluster.kube(["delete", "--name", cluster.name]);
    expect(deleted.stdout + deleted.stderr).toContain(volumes);
    expect(await readFile(join(volumes, left[0] ?? "", "journal"), "utf8")).toStartWith("started\n");
  },
  LONG_MS,
);
