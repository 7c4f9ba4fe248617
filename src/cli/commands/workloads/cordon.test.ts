import { expect, test } from "bun:test";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

const nodes = ["one", "two"].map((name) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { pool: "old" } },
}));

test("cordon and uncordon change whether a node takes new pods", async () => {
  await using api = await startTestApiServer({ https: true });
  const kube = async (...args: string[]) => await captureRun(args, api.connection);
  const cordoned = async (): Promise<string> =>
    (await kube("get", "nodes", "-o", "jsonpath={.items[?(@.spec.unschedulable==true)].metadata.name}")).stdout;
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes });
  await captureRun(["create", "-f", "-"], api.connection, { stdin: list });

  expect((await kube("cordon", "one", "--dry-run=client")).stdout).toBe("node/one cordoned (dry run)\n");
  expect((await kube("cordon", "one", "--dry-run=server")).stdout).toBe("node/one cordoned (server dry run)\n");
  expect(await cordoned()).toBe("");

  expect((await kube("cordon", "nodes/one")).stdout).toBe("node/one cordoned\n");
  expect(await cordoned()).toBe("one");

  expect((await kube("cordon", "-l", "pool=old")).stdout).toBe("node/one already cordoned\nnode/two cordoned\n");
  expect(await cordoned()).toBe("one two");

  expect((await kube("uncordon", "two")).stdout).toBe("node/two uncordoned\n");
  expect((await kube("uncordon", "two")).stdout).toBe("node/two already uncordoned\n");
  expect(await cordoned()).toBe("one");

  const missing = await kube("cordon", "two", "nope");
  expect(missing).toEqual({
    stdout: "",
    stderr: 'Error from server (NotFound): nodes "nope" not found\n',
    exitCode: 1,
  });
  expect((await kube("cordon", "namespaces/default")).stderr).toBe(
    'error: expected resource of type node, got "/v1, Resource=namespaces"\n',
  );
  expect(await cordoned()).toBe("one");
});

test.each([
  [["cordon"], "error: USAGE: cordon NODE [flags]\nSee 'kube cordon -h' for help and examples\n"],
  [
    ["uncordon", "one", "-l", "a=b"],
    "error: cannot specify both a node name and a --selector option\nSee 'kube uncordon -h' for help and examples\n",
  ],
])("%j is refused", async (args, message) => {
  await using api = await startTestApiServer({ https: true });
  expect((await captureRun(args, api.connection)).stderr).toBe(message);
});
