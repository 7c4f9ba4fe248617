import { expect, test } from "bun:test";

import { nodes, pods } from "../../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

async function nodeWithPods(api: TestApiServer): Promise<void> {
  await api.client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name: "one" } });
  for (const name of ["a", "b"])
    await api.client.resource(pods).create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default" },
      spec: { nodeName: "one", terminationGracePeriodSeconds: 0, containers: [{ name: "main", image: "hello" }] },
    });
}

test("drain cordons the node and evicts its pods", async () => {
  await using api = await startTestApiServer({ https: true });
  await nodeWithPods(api);
  const kube = async (...args: string[]) => await captureRun(args, api.connection);

  const refused = await kube("drain", "one", "--dry-run=client");
  expect(refused.stdout).toBe("node/one cordoned (dry run)\n");
  expect(refused.stderr).toContain(
    "cannot delete Pods that declare no controller (use --force to override): default/a, default/b, continuing command...\nThere are pending nodes to be drained:\n one\n",
  );
  expect(refused.exitCode).toBe(1);

  const tried = await kube("drain", "one", "--force", "--dry-run=client");
  expect(tried.stdout).toBe(
    "node/one cordoned (dry run)\nevicting pod default/a (dry run)\nevicting pod default/b (dry run)\nnode/one drained (dry run)\n",
  );

  const drained = await kube("drain", "one", "--force", "--grace-period=0");
  expect(drained.stderr).toBe("Warning: deleting Pods that declare no controller: default/a, default/b\n");
  expect(drained.stdout.split("\n").toSorted().join("\n")).toBe(
    "\nevicting pod default/a\nevicting pod default/b\nnode/one cordoned\nnode/one drained\npod/a evicted\npod/b evicted",
  );
  expect((await kube("get", "pods")).stderr).toContain("No resources found");
});
