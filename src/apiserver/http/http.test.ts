import { expect, test } from "bun:test";

import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from "../../api/kinds/flowcontrol/bootstrap-flows.ts";
import { configmaps, flowschemas, prioritylevelconfigurations } from "../../api/resources.ts";
import type { APIResourceList, Table } from "../../api/types/meta-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

async function withConfigMap(data: Record<string, string> = { k: "v" }): Promise<TestApiServer> {
  const api = await startTestApiServer({ https: true });
  await api.client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data });
  return api;
}

const accepting = (accept: string): RequestInit => ({ headers: { accept } });
const posting = (body: string, contentType = "application/json"): RequestInit => ({
  method: "POST",
  headers: { "content-type": contentType },
  body,
});

test("A list is a Table to who asks for one", async () => {
  await using api = await withConfigMap();
  const response = await api.fetch(
    CONFIG_MAPS,
    accepting("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"),
  );
  const table = (await response.json()) as Table;
  expect(table).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
  expect(table.columnDefinitions.map(({ name }) => name)).toEqual(["Name", "Data", "Age"]);
  expect(table.rows?.[0]?.cells.slice(0, 2)).toEqual(["a", 1]);
  expect(table.rows?.[0]?.object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
});

test("What is answered and forgotten is no Table", async () => {
  await using api = await startTestApiServer({ https: true });
  const review = (accept: string) =>
    api.fetch("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      headers: { accept, "content-type": "application/json" },
      body: '{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}',
    });
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  expect((await review(table)).status).toBe(406);
  expect(await (await review(`${table},application/json`)).json()).toMatchObject({ kind: "SelfSubjectAccessReview" });
});

test("The rows of a Table carry what the client wants", async () => {
  await using api = await withConfigMap();
  const table = accepting("application/json;as=Table;v=v1;g=meta.k8s.io");
  const rowObject = async (include: string) => {
    const response = await api.fetch(`${CONFIG_MAPS}?includeObject=${include}`, table);
    return ((await response.json()) as Table).rows?.[0]?.object;
  };
  expect(await rowObject("None")).toBeNull();
  expect(await rowObject("Object")).toMatchObject({ kind: "ConfigMap", data: { k: "v" } });
});

test("Metadata alone can be had of an object and of a list", async () => {
  await using api = await withConfigMap();
  const one = await api.fetch(
    `${CONFIG_MAPS}/a`,
    accepting("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"),
  );
  const object = (await one.json()) as { data?: unknown };
  expect(object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
  expect(object.data).toBeUndefined();
  const all = await api.fetch(
    CONFIG_MAPS,
    accepting("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"),
  );
  expect(await all.json()).toMatchObject({ kind: "PartialObjectMetadataList", items: [{ metadata: { name: "a" } }] });
});

test("A watch of Tables has its columns in the first event only", async () => {
  await using api = await withConfigMap();
  const aborted = new AbortController();
  const response = await api.fetch(`${CONFIG_MAPS}?watch=1`, {
    ...accepting("application/json;as=Table;v=v1;g=meta.k8s.io"),
    signal: aborted.signal,
  });
  await api.client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b", namespace: "default" } });
  const events: { type: string; object: { columnDefinitions: unknown; rows: { cells: unknown[] }[] } }[] = [];
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    events.push(...lines.map((line) => JSON.parse(line)));
    if (events.length === 2) break;
  }
  aborted.abort();
  expect(events.map(({ object }) => object.rows[0]?.cells[0])).toEqual(["a", "b"]);
  expect(events[0]?.object.columnDefinitions).toBeArray();
  expect(events[1]?.object.columnDefinitions).toBeNull();
});

test("Items of a list carry no kind, a single object does", async () => {
  await using api = await withConfigMap();
  const list = (await (await api.fetch(CONFIG_MAPS)).json()) as { items: { kind?: string }[] };
  expect(list).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
  expect(list.items[0]?.kind).toBeUndefined();
  expect(await (await api.fetch(`${CONFIG_MAPS}/a`)).json()).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
});

test("YAML is read and written", async () => {
  await using api = await withConfigMap({ answer: "no" });
  const created = await api.fetch(CONFIG_MAPS, posting("metadata: {name: b}\ndata: {k: 'on'}\n", "application/yaml"));
  expect(created.status).toBe(201);
  const response = await api.fetch(`${CONFIG_MAPS}/a`, accepting("application/yaml"));
  expect(response.headers.get("content-type")).toBe("application/yaml");
  expect(await response.text()).toContain('data:\n  answer: "no"\n');
});

test("A large answer is compressed for who asks for it", async () => {
  await using api = await withConfigMap({ k: "v".repeat(200_000) });
  const response = await api.fetch(`${CONFIG_MAPS}/a`, { headers: { "accept-encoding": "gzip" }, decompress: false });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect((await response.arrayBuffer()).byteLength).toBeLessThan(20_000);
});

test("Unknown and duplicate fields are warned of, refused, or let pass, as the request says", async () => {
  await using api = await withConfigMap();
  const body = (name: string): string => `{"metadata":{"name":"${name}"},"data":{"k":"1","k":"2"},"colour":"red"}`;
  const warned = await api.fetch(CONFIG_MAPS, posting(body("b")));
  expect(warned.status).toBe(201);
  expect(warned.headers.get("warning")).toContain('299 - "unknown field \\"colour\\""');
  const strict = await api.fetch(`${CONFIG_MAPS}?fieldValidation=Strict`, posting(body("c")));
  expect(await strict.json()).toMatchObject({
    code: 400,
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k", unknown field "colour"',
  });
  const ignored = await api.fetch(`${CONFIG_MAPS}?fieldValidation=Ignore`, posting(body("d")));
  expect(ignored.status).toBe(201);
  expect(ignored.headers.get("warning")).toBeNull();
});

test("A body beyond the limit is refused", async () => {
  await using api = await withConfigMap();
  const response = await api.fetch(CONFIG_MAPS, posting("x".repeat(4 * 1024 * 1024)));
  expect(await response.json()).toMatchObject({ code: 413, reason: "RequestEntityTooLarge" });
});

test("A path that is not there is a text, an object that is not there a Status", async () => {
  await using api = await withConfigMap();
  expect(await (await api.fetch("/apis/example.com/v1/things")).text()).toBe("404 page not found\n");
  expect(await (await api.fetch(`${CONFIG_MAPS}/missing`)).json()).toMatchObject({
    kind: "Status",
    reason: "NotFound",
    details: { name: "missing", kind: "configmaps" },
  });
});

test("Discovery comes group by group, or all at once to who asks for it", async () => {
  await using api = await startTestApiServer({ https: true });
  const apps = (await (await api.fetch("/apis/apps/v1")).json()) as APIResourceList;
  expect(apps).toMatchObject({ kind: "APIResourceList", groupVersion: "apps/v1" });
  expect(apps.resources.map(({ name }) => name)).toContain("deployments/scale");
  const type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const everything = await api.fetch("/apis", accepting(`${type},application/json`));
  expect(everything.headers.get("content-type")).toBe(type);
  const etag = everything.headers.get("etag") ?? "";
  expect(await everything.json()).toMatchObject({
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
  });
  const again = await api.fetch("/apis", { headers: { accept: type, "if-none-match": etag } });
  expect(again.status).toBe(304);
});

test("Health tells every check to who asks", async () => {
  await using api = await startTestApiServer({ https: true });
  expect(await (await api.fetch("/readyz")).text()).toBe("ok");
  const verbose = await (await api.fetch("/readyz?verbose&exclude=log")).text();
  expect(verbose).toBe("[+]ping ok\n[+]log excluded: ok\n[+]etcd ok\n[+]shutdown ok\nreadyz check passed\n");
});

test("Every answer says which flow schema and priority level its request belongs to", async () => {
  await using api = await startTestApiServer({ https: true });
  await Promise.all(MANDATORY_LEVELS.map((level) => api.client.resource(prioritylevelconfigurations).create(level)));
  await Promise.all(MANDATORY_SCHEMAS.map((schema) => api.client.resource(flowschemas).create(schema)));
  for (const path of [CONFIG_MAPS, `${CONFIG_MAPS}/missing`, "/version", "/nowhere"]) {
    const { headers } = await api.fetch(path);
    const schema = await api.client.resource(flowschemas).get({ name: "exempt" });
    const level = await api.client.resource(prioritylevelconfigurations).get({ name: "exempt" });
    expect(headers.get("x-kubernetes-pf-flowschema-uid")).toBe(schema.metadata.uid ?? "");
    expect(headers.get("x-kubernetes-pf-prioritylevel-uid")).toBe(level.metadata.uid ?? "");
  }
  const table = await (await api.fetch("/debug/api_priority_and_fairness/dump_priority_levels")).text();
  expect(table).toContain("catch-all,");
});

test("Component statuses tell of the parts of this process, with a warning that they are deprecated", async () => {
  await using api = await startTestApiServer({ https: true });
  const response = await api.fetch("/api/v1/componentstatuses");
  expect(response.headers.get("warning")).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
  expect(await response.json()).toMatchObject({
    kind: "ComponentStatusList",
    items: ["scheduler", "controller-manager", "etcd-0"].map((name) => ({
      metadata: { name },
      conditions: [{ type: "Healthy", status: "True", message: "ok" }],
    })),
  });
  expect(await (await api.fetch("/api/v1/componentstatuses/etcd-0")).json()).toMatchObject({ kind: "ComponentStatus" });
  expect((await api.fetch("/api/v1/componentstatuses/other")).status).toBe(404);
});
