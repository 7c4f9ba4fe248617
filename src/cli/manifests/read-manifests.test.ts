import { afterAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { kindOf } from "../objects/api-object.ts";
import { manifestFiles } from "./manifest-files.ts";
import { readManifests } from "./read-manifests.ts";

const names = (text: string): unknown[] =>
  [...readManifests(text, "app.yaml", { validates: true })].map(
    ({ object }) => `${kindOf(object)} ${JSON.stringify(object["metadata"])}`,
  );

const document = (kind: string, name: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

test("readManifests reads several documents and skips empty ones", () => {
  expect(names(`# first\n---\n${document("Pod", "a")}---\n\n---\n${document("Service", "b")}`)).toEqual([
    'Pod {"name":"a"}',
    'Service {"name":"b"}',
  ]);
});

test("readManifests reads JSON, also one object behind the other", () => {
  const json = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: 'a}"' } });
  expect(names(`${json}\n${json}`)).toHaveLength(2);
});

test("readManifests takes lists apart, lists in lists too", () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [
      { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } },
      { apiVersion: "v1", kind: "PodList", items: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "b" } }] },
    ],
  };
  expect(names(JSON.stringify(list))).toEqual(['Pod {"name":"a"}', 'Pod {"name":"b"}']);
});

test("readManifests gives what stands before a broken document", () => {
  const found = readManifests(`${document("Pod", "a")}---\na: b: c\n`, "app.yaml", { validates: true });
  expect(found.next().value?.object["kind"]).toBe("Pod");
  expect(() => found.next()).toThrow(
    "error parsing app.yaml: error converting YAML to JSON: yaml: line 5, column 4: mapping values are not allowed in this context",
  );
});

test.each([
  [
    "metadata: {}",
    'error validating "app.yaml": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false',
  ],
  ["apiVersion: v1", 'error validating "app.yaml": error validating data: kind not set; if you choose'],
  ["- a", 'error validating "app.yaml": error validating data: invalid object to validate; if you choose'],
  ['{"a": 1,}', "error parsing app.yaml: invalid character '}' looking for beginning of object key string"],
])("readManifests refuses %j", (text, message) => expect(() => names(text)).toThrow(message));

test("readManifests without validation says what cannot be decoded", () => {
  expect(() => [...readManifests("apiVersion: v1", "app.yaml", { validates: false })]).toThrow(
    `unable to decode "app.yaml": Object 'Kind' is missing in '{"apiVersion":"v1"}'`,
  );
});

const folder = await mkdtemp(join(tmpdir(), "kube-manifests-test-"));
afterAll(async () => await rm(folder, { recursive: true }));
await mkdir(join(folder, "apps", "inner"), { recursive: true });
for (const name of ["apps/b.yaml", "apps/a.json", "apps/notes.txt", "apps/inner/c.yml"])
  await writeFile(join(folder, name), name);

const files = async (filenames: readonly string[], recursive = false) => {
  const found = await manifestFiles(filenames, recursive, {
    cwd: folder,
    stdin: Readable.from(["from stdin"]),
    signal: new AbortController().signal,
  });
  return {
    ...found,
    files: found.files.map(({ source }) => source),
    errors: found.errors.map(({ message }) => message),
  };
};

test.each([
  [["apps/b.yaml"], false, { files: ["apps/b.yaml"], isSingle: true, errors: [] }],
  [["apps/notes.txt"], false, { files: ["apps/notes.txt"], isSingle: true, errors: [] }],
  [["apps"], false, { files: ["apps/a.json", "apps/b.yaml"], isSingle: false, errors: [] }],
  [["apps"], true, { files: ["apps/a.json", "apps/b.yaml", "apps/inner/c.yml"], isSingle: false, errors: [] }],
  [["apps/*.yaml"], false, { files: ["apps/b.yaml"], isSingle: true, errors: [] }],
  [["nope"], false, { files: [], isSingle: false, errors: ['the path "nope" does not exist'] }],
  [["-"], false, { files: ["STDIN"], isSingle: false, errors: [] }],
  [["-", "-"], false, { errors: ["standard input cannot be used for multiple arguments"] }],
])("manifestFiles finds %j (recursive: %p)", async (filenames, recursive, expected) => {
  expect(await files(filenames, recursive)).toMatchObject(expected);
});

test("manifestFiles reads an address, and says what its server reported", async () => {
  using server = Bun.serve({
    port: 0,
    fetch: (request) =>
      request.url.endsWith("/app.yaml") ? new Response("kind: Pod") : new Response("", { status: 404 }),
  });
  const read = async (path: string): Promise<string> => {
    const { files: found } = await manifestFiles([`http://localhost:${server.port}${path}`], false, {
      cwd: folder,
      stdin: Readable.from([]),
      signal: new AbortController().signal,
    });
    return (await found[0]?.read()) ?? "";
  };
  expect(await read("/app.yaml")).toBe("kind: Pod");
  expect(await read("/nope").catch((error: Error) => error.message)).toContain(
    "server reported 404 Not Found, status code=404",
  );
});
