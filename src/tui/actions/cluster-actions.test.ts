import { expect, test } from "bun:test";

import { HttpsTransport } from "../../client/https-transport.ts";
import { errorText } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { aResource } from "../test-state.ts";
import { change, podSelector } from "./cluster-actions.ts";
import { editObject } from "./edit-object.ts";

const deployments = aResource("deployments", { group: "apps" });
const web = { resource: deployments, namespace: "default", name: "web" };
const request = { group: "apps", version: "v1", resource: "deployments", namespace: "default" };

const webDeployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "In", values: ["a", "b"] }] },
    template: {
      metadata: { labels: { app: "web", tier: "a" } },
      spec: { containers: [{ name: "app", image: "app" }] },
    },
  },
};

async function serverWithDeployment() {
  const api = await startTestApiServer({ https: true });
  const transport = new HttpsTransport(api.connection, systemClock);
  await transport.request({ verb: "create", ...request, body: webDeployment });
  const read = async () => await transport.request({ verb: "get", ...request, name: "web" });
  return { transport, read, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

test("scale, restart and delete do that, and say so", async () => {
  await using server = await serverWithDeployment();
  const { transport, read } = server;
  const now = "2026-11-21T09:00:00Z";
  expect(await change(transport, { type: "scale", targets: [web], replicas: 3 }, now)).toBe(
    "deployment/web scaled to 3",
  );
  expect(await read()).toMatchObject({ spec: { replicas: 3 } });
  expect(await change(transport, { type: "restart", targets: [web] }, now)).toBe("deployment/web restarted");
  expect(await read()).toMatchObject({
    spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": now } } } },
  });
  expect(await change(transport, { type: "delete", targets: [web], isForced: false }, now)).toBe(
    "deployment/web deleted",
  );
  expect(await read().catch(errorText)).toContain("not found");
  // Somebody else was faster: what was wanted is so.
  expect(await change(transport, { type: "delete", targets: [web], isForced: false }, now)).toBe(
    "deployment/web deleted",
  );
});

test("podSelector is the whole selector, as text", async () => {
  await using server = await serverWithDeployment();
  expect(await podSelector(server.transport, web)).toBe("app=web,tier in (a,b)");
});

test("editObject saves what the editor left, and offers it again with the server's error", async () => {
  await using server = await serverWithDeployment();
  const { transport, read } = server;
  const seen: string[] = [];
  const edits = [
    (text: string) => text.replace("replicas: 1", "replicas: -1"),
    (text: string) => text.replace("replicas: -1", "replicas: 2"),
  ];
  const openEditor = async (path: string): Promise<void> => {
    const text = await Bun.file(path).text();
    seen.push(text);
    await Bun.write(path, edits[seen.length - 1]?.(text) ?? text);
  };
  expect(await editObject(web, { transport, openEditor })).toBe("deployment/web edited");
  expect(seen[0]).not.toContain("managedFields");
  expect(seen[1]).toMatch(/^# .*spec\.replicas/);
  expect(await read()).toMatchObject({ spec: { replicas: 2 } });
});

test("editObject changes nothing when the editor is closed without a change", async () => {
  await using server = await serverWithDeployment();
  const before = await server.read();
  expect(await editObject(web, { transport: server.transport, openEditor: async () => {} })).toBe(
    "deployment/web not changed",
  );
  expect(await server.read()).toEqual(before);
});
