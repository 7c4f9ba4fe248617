import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseAddress, registryApp } from "./registry-server.ts";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

async function testRegistry() {
  const root = await mkdtemp(join(tmpdir(), "kube-registry-"));
  const app = registryApp(root);
  const call = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    await app.request(path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { call, [Symbol.asyncDispose]: async () => await rm(root, { recursive: true }) };
}

test("what is pushed in pieces can be pulled, by tag and by digest, and is gone when it is deleted", async () => {
  await using registry = await testRegistry();
  const { call } = registry;
  const layer = "a layer of an image";
  const begun = await call("POST", "/v2/team/app/blobs/uploads/");
  const location = begun.headers.get("location") ?? "";
  expect(begun.status).toBe(202);
  expect((await call("PATCH", location, layer.slice(0, 7))).headers.get("range")).toBe("0-6");
  expect((await call("PATCH", location, "x", { "content-range": "3-4" })).status).toBe(416);
  expect((await call("PATCH", location, layer.slice(7), { "content-range": "7-18" })).status).toBe(202);
  expect((await call("PUT", `${location}?digest=${digestOf(layer)}`, "")).status).toBe(201);
  expect(await (await call("GET", `/v2/other/blobs/${digestOf(layer)}`)).text()).toBe(layer);
  expect((await call("POST", `/v2/team/two/blobs/uploads/?mount=${digestOf(layer)}&from=team/app`)).status).toBe(201);

  const manifest = JSON.stringify({ schemaVersion: 2, config: { digest: digestOf(layer) }, layers: [] });
  const type = "application/vnd.oci.image.manifest.v1+json";
  const put = await call("PUT", "/v2/team/app/manifests/1.0", manifest, { "content-type": type });
  expect([put.status, put.headers.get("docker-content-digest")]).toEqual([201, digestOf(manifest)]);
  for (const reference of ["1.0", digestOf(manifest)]) {
    const got = await call("GET", `/v2/team/app/manifests/${reference}`);
    expect([got.headers.get("content-type"), await got.text()]).toEqual([type, manifest]);
  }
  expect(await (await call("GET", "/v2/team/app/tags/list")).json()).toEqual({ name: "team/app", tags: ["1.0"] });
  expect(await (await call("GET", "/v2/_catalog")).json()).toEqual({ repositories: ["team/app"] });
  expect((await call("DELETE", `/v2/team/app/manifests/${digestOf(manifest)}`)).status).toBe(202);
  expect((await call("HEAD", "/v2/team/app/manifests/1.0")).status).toBe(404);
});

test("what is not whole is refused", async () => {
  await using registry = await testRegistry();
  const { call } = registry;
  const begun = await call("POST", "/v2/app/blobs/uploads/");
  const put = await call("PUT", `${begun.headers.get("location")}?digest=${digestOf("something else")}`, "bytes");
  expect([put.status, await put.json()]).toMatchObject([400, { errors: [{ code: "DIGEST_INVALID" }] }]);
  const manifest = JSON.stringify({ layers: [{ digest: digestOf("never pushed") }] });
  const refused = await call("PUT", "/v2/app/manifests/latest", manifest);
  expect(await refused.json()).toMatchObject({ errors: [{ code: "MANIFEST_BLOB_UNKNOWN" }] });
  expect((await call("GET", "/v2/app/manifests/latest")).status).toBe(404);
});

test.each([
  ["app/manifests/latest", { repository: "app", part: "manifests", reference: "latest" }],
  ["a/b/c/blobs/uploads/", { repository: "a/b/c", part: "uploads", reference: "" }],
  ["app/tags/list", { repository: "app", part: "tags", reference: "" }],
  ["../app/tags/list", undefined],
  ["%2e%2e/app/tags/list", undefined],
  ["App/tags/list", undefined],
  ["app/blobs/sha256:short", undefined],
  ["app/manifests/..", undefined],
])("parseAddress of %s", (path, expected) => {
  expect(parseAddress(path)).toEqual(expected as ReturnType<typeof parseAddress>);
});
