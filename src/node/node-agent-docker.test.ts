import { expect, test } from "bun:test";

import { configmaps } from "../api/resources.ts";
import { startTestDocker, whyNoDocker } from "../testing/docker-engine.ts";
import { isEmpty, isReady, scripted, startTestNode } from "../testing/test-node.ts";

const reason = await whyNoDocker();
const name = (claim: string): string => (reason === undefined ? claim : `${claim} (skipped: ${reason})`);

test.skipIf(reason !== undefined)(
  name("a pod runs in Docker with its environment, files and volumes, and nothing of it stays"),
  async () => {
    await using docker = await startTestDocker();
    const podCidr = docker.nextIp().replace(/\.\d+$/, ".0/24");
    await using node = await startTestNode({ runtime: docker.runtime, podCidr });
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
          ...scripted("main", script, docker.image),
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
    const [status] = pod?.status?.containerStatuses ?? [];
    const id = status?.containerID?.replace("docker://", "") ?? "";
    const ip = pod?.status?.podIP ?? "";
    const logs = await docker.runtime.logs(
      id,
      { follow: true, sinceMs: undefined, tailLines: undefined },
      AbortSignal.timeout(5000),
    );
    let text = "";
    for await (const { bytes } of logs) {
      text += new TextDecoder().decode(bytes);
      if (text.includes("\tweb")) break;
    }
    expect(text).toBe(`fast\nweb ${ip}\nweb\n${ip}\tweb\n`);
    await node.deletePod("web");
    await node.pod("web", (one) => one === undefined);
    await node.engine(isEmpty);
  },
  30_000,
);
