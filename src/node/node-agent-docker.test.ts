import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { configmaps } from "../api/resources.ts";
import type { ContainerStatus, Pod } from "../api/types/core-v1.ts";
import { startTestDocker, TEST_IMAGE, whyNoDocker } from "../testing/docker-engine.ts";
import { isEmpty, isReady, scripted, startTestNode, type TestNode } from "../testing/test-node.ts";

const reason = await whyNoDocker();

function dockerTest(claim: string, run: (node: TestNode) => Promise<void>): void {
  const name = reason === undefined ? claim : `${claim} (skipped: ${reason})`;
  test.skipIf(reason !== undefined)(
    name,
    async () => {
      await using docker = await startTestDocker();
      const podCidr = docker.nextIp().replace(/\.\d+$/, ".0/24");
      await using node = await startTestNode({ runtime: docker.runtime, podCidr });
      await run(node);
    },
    60_000,
  );
}

const statusOf = (pod: Pod | undefined): ContainerStatus | undefined => pod?.status?.containerStatuses?.[0];
const idOf = (pod: Pod | undefined): string => statusOf(pod)?.containerID?.replace("docker://", "") ?? "";

const isFailed = (pod: Pod | undefined): boolean => pod?.status?.phase === "Failed";

/** What a container has written, once it is as claimed. */
async function logsOf({ runtime }: TestNode, id: string, isSo: (text: string) => boolean): Promise<string> {
  const options = { follow: true, sinceMs: undefined, tailLines: undefined };
  let text = "";
  for await (const { bytes } of await runtime.logs(id, options, AbortSignal.timeout(10_000))) {
    text += new TextDecoder().decode(bytes);
    if (isSo(text)) break;
  }
  return text;
}

dockerTest("a pod runs with its environment, files and volumes, and nothing of it stays", async (node) => {
  await node.api.client.resource(configmaps).create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
    data: { mode: "fast" },
  });
  const script = 'cat /config/mode; echo; echo "$POD $IP"; hostname; grep web /etc/hosts; sleep 600';
  await node.createPod("web", {
    containers: [
      {
        ...scripted("main", script, TEST_IMAGE),
        env: [
          { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        ],
        volumeMounts: [
          { name: "config", mountPath: "/config" },
          { name: "scratch", mountPath: "/data", subPath: "deep/er" },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: "settings" } },
      { name: "scratch", emptyDir: { medium: "Memory" } },
    ],
  });
  const pod = await node.pod("web", isReady);
  const ip = pod?.status?.podIP ?? "";
  const text = await logsOf(node, idOf(pod), (written) => written.includes("\tweb"));
  expect(text).toBe(`fast\nweb ${ip}\nweb\n${ip}\tweb\n`);
  await node.deletePod("web");
  await node.pod("web", (one) => one === undefined);
  expect(existsSync(join(node.directory, "pods", pod?.metadata.uid ?? ""))).toBe(false);
  await node.engine(isEmpty);
});

dockerTest("an agent that starts anew takes over what runs, and restarts what ended meanwhile", async (node) => {
  await node.createPod("stays", { containers: [scripted("main", "sleep 600", TEST_IMAGE)] });
  await node.createPod("ends", { containers: [scripted("main", "sleep 600", TEST_IMAGE)] });
  const stays = await node.pod("stays", isReady);
  const ends = await node.pod("ends", isReady);
  await node.stopAgent();
  await node.runtime.stopContainer(idOf(ends), { graceSeconds: 0 });
  await node.startAgent();
  const again = await node.pod("ends", (pod) => isReady(pod) && statusOf(pod)?.restartCount === 1);
  expect(statusOf(again)?.lastState?.terminated).toMatchObject({ exitCode: 137 });
  const same = await node.pod("stays", isReady);
  expect(idOf(same)).toBe(idOf(stays));
  expect((await node.runtime.list()).containers.filter(({ state }) => state.phase === "running")).toHaveLength(2);
});

dockerTest("a pod whose sandbox dies gets a new one, with the same address", async (node) => {
  await node.createPod("web", { containers: [scripted("main", "sleep 600", TEST_IMAGE)] });
  const before = await node.pod("web", isReady);
  const { sandboxes } = await node.runtime.list();
  await node.runtime.stopContainer(sandboxes[0]?.id ?? "", { graceSeconds: 0 });
  const after = await node.pod("web", (pod) => isReady(pod) && statusOf(pod)?.restartCount === 1);
  expect(after?.status?.podIP).toBe(before?.status?.podIP ?? "none");
  const changed = "Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.";
  expect(await node.events("web", (told) => told.includes(changed))).toContain(changed);
});

dockerTest("a container whose program is missing shows why it does not start", async (node) => {
  const container = { ...scripted("main", "", TEST_IMAGE), command: ["/no/such/program"] };
  await node.createPod("web", { restartPolicy: "Never", containers: [container] });
  const pod = await node.pod("web", isFailed);
  expect(statusOf(pod)?.state?.terminated).toMatchObject({ reason: "StartError", exitCode: 127 });
  expect(statusOf(pod)?.state?.terminated?.message).toContain("/no/such/program");
});

dockerTest("preStop runs within the grace period, and then the stop signal comes", async (node) => {
  const script = 'trap "echo got TERM; exit 0" TERM; while true; do sleep 0.1; done';
  const preStop = { exec: { command: ["sh", "-c", "echo preparing > /proc/1/fd/1"] } };
  await node.createPod("web", {
    terminationGracePeriodSeconds: 20,
    containers: [{ ...scripted("main", script, TEST_IMAGE), lifecycle: { preStop } }],
  });
  const pod = await node.pod("web", isReady);
  const logs = logsOf(node, idOf(pod), (text) => text.includes("TERM"));
  await node.deletePod("web");
  expect(await logs).toBe("preparing\ngot TERM\n");
  await node.pod("web", (one) => one === undefined);
});

dockerTest("last words are kept, and probes run inside containers", async (node) => {
  await node.createPod("words", {
    restartPolicy: "Never",
    containers: [scripted("main", "echo out of luck > /dev/termination-log; exit 4", TEST_IMAGE)],
  });
  const readinessProbe = { exec: { command: ["test", "-e", "/tmp/ready"] }, periodSeconds: 1 };
  await node.createPod("probed", {
    containers: [{ ...scripted("main", "sleep 1; touch /tmp/ready; sleep 600", TEST_IMAGE), readinessProbe }],
  });
  const ended = await node.pod("words", isFailed);
  expect(statusOf(ended)?.state?.terminated).toMatchObject({ exitCode: 4, message: "out of luck\n" });
  expect(statusOf(await node.pod("probed", isReady))?.ready).toBe(true);
});
