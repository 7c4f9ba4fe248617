import { expect, test } from "bun:test";

import { startTestApiServer } from "../../testing/test-api-server.ts";

test("OpenAPI v3 documents are found through the index, and may be kept for ever", async () => {
  await using api = await startTestApiServer({ https: true });
  const { paths } = (await (await api.fetch("/openapi/v3")).json()) as {
    paths: Record<string, { serverRelativeURL: string }>;
  };
  const url = paths["apis/apps/v1"]?.serverRelativeURL ?? "";
  const response = await api.fetch(url);
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(await response.json()).toMatchObject({ openapi: "3.0.0" });
  const stale = await api.fetch("/openapi/v3/apis/apps/v1?hash=0", { redirect: "manual" });
  expect([stale.status, stale.headers.get("location")]).toEqual([301, url]);
  expect((await api.fetch("/openapi/v3/apis/nothing/v1")).status).toBe(404);
});

const PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

test("OpenAPI v2 comes as protobuf to who asks for it, else as JSON", async () => {
  await using api = await startTestApiServer({ https: true });
  const types = await Promise.all(
    [PROTOBUF, `${PROTOBUF}, application/json`, "application/json", "*/*"].map(async (accept) => {
      const response = await api.fetch("/openapi/v2", { headers: { accept } });
      return response.headers.get("content-type");
    }),
  );
  const protobuf = PROTOBUF.replace("@", ".");
  expect(types).toEqual([protobuf, protobuf, "application/json", "application/json"]);
  const refused = await api.fetch("/openapi/v2", { headers: { accept: "text/html" } });
  expect(refused.status).toBe(406);
});
