import { expect, test } from "bun:test";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

const service = (name: string, type: string, ports: readonly object[]) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { type, ports },
});

test("service, tunnel and ip say where things answer", async () => {
  await using api = await startTestApiServer({ https: true });
  const kube = async (...args: string[]) => await captureRun(args, api.connection);
  const items = [
    service("web", "NodePort", [{ name: "http", port: 80, nodePort: 30_080 }]),
    { ...service("none", "ClusterIP", []), spec: { clusterIP: "None" } },
    { apiVersion: "v1", kind: "Node", metadata: { name: "one" } },
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await captureRun(["create", "-f", "-"], api.connection, { stdin: list });

  expect((await kube("service", "web", "--url")).stdout).toBe("http://localhost:30080\n");
  expect((await kube("service", "web")).stdout).toBe(
    "NAMESPACE   NAME   TARGET PORT   URL\ndefault     web    http/80       http://localhost:30080\n",
  );
  expect((await kube("service", "list")).stdout).toContain("default     none   <none>        <none>\n");
  expect((await kube("service", "none")).stderr).toContain('Service "none" has no address that this machine reaches');
  expect((await kube("service", "nope")).stderr).toBe('Error from server (NotFound): services "nope" not found\n');
  expect((await kube("service")).stderr).toContain("give the name of one Service");
  expect((await kube("tunnel")).stdout).toContain("No tunnel is needed");
  expect((await kube("ip")).stderr).toContain("The cluster has no node");
});
