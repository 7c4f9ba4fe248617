import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

test("proxy speaks to the API server as the user, and serves a folder beside it", async () => {
  await using api = await startTestApiServer({ https: true });
  const folder = await mkdtemp(join(tmpdir(), "kube-proxy-test-"));
  await writeFile(join(folder, "page.txt"), "hello");
  const interrupt = new AbortController();
  const told = Promise.withResolvers<string>();
  const run = captureRun(["proxy", "--port=0", "--api-prefix=/k8s", `--www=${folder}`], api.connection, {
    signal: interrupt.signal,
    onOutput: (text) => told.resolve(/serve on (.*)\n/.exec(text)?.[1] ?? ""),
  });
  const base = `http://${await told.promise}`;
  const get = async (path: string, headers: Record<string, string> = {}) => await fetch(base + path, { headers });

  const namespace = (await (await get("/k8s/api/v1/namespaces/default")).json()) as { readonly kind: string };
  expect(namespace.kind).toBe("Namespace");
  const created = await fetch(`${base}/k8s/api/v1/namespaces/default/configmaps`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ metadata: { name: "made" } }),
  });
  expect(created.status).toBe(201);
  expect((await get("/k8s/api/v1/namespaces/nope")).status).toBe(404);
  expect((await get("/api/v1/namespaces")).status).toBe(404);
  expect((await get("/k8s/api", { Host: "evil.com" })).status).toBe(403);
  expect((await get("/k8s/api/v1/namespaces/default/pods/a/%65xec")).status).toBe(403);
  expect(await (await get("/static/page.txt")).text()).toBe("hello");
  expect((await get("/static/..%2f..%2fetc/passwd")).status).toBe(404);

  const watch = await get("/k8s/api/v1/namespaces?watch=true");
  const first = await watch.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).toStartWith('{"type":"ADDED"');

  interrupt.abort();
  expect(await run).toMatchObject({ stderr: "", exitCode: 0 });
  await rm(folder, { recursive: true });
});
