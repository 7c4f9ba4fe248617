import { describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { buildKustomization, kustomizationText } from "./build.ts";

const testdata = join(import.meta.dir, "testdata");

/** The text that a folder builds to, and what was warned of. */
async function built(folder: string, cwd: string): Promise<{ readonly text: string; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const { signal } = new AbortController();
  const options = { cwd, signal, isUnrestricted: false };
  const objects = await buildKustomization(folder, { ...options, warn: (message) => void warnings.push(message) });
  return { text: kustomizationText(objects), warnings };
}

// expected.txt is what `kubectl kustomize` of 1.36 wrote.
test.each(["basic", "overlay", "patches", "vars", "replacements"])("buildKustomization builds %s", async (folder) => {
  const { text } = await built(folder, testdata);
  expect(text).toBe(await readFile(join(testdata, folder, "expected.txt"), "utf8"));
});

test("buildKustomization warns of fields that have successors", async () => {
  const { warnings } = await built("basic", testdata);
  expect(warnings).toEqual([
    "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
  ]);
});

describe("buildKustomization", () => {
  const map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n";
  const withMap = { "map.yaml": map, "kustomization.yaml": "resources: [map.yaml]\n" };

  test.each([
    ["an unknown field", { "kustomization.yaml": "foo: 1\n" }, 'invalid Kustomization: json: unknown field "foo"'],
    ["an empty file", { "kustomization.yaml": "" }, "kustomization.yaml is empty"],
    [
      "a value of the wrong type",
      { "kustomization.yaml": "resources: x\n" },
      "json: cannot unmarshal string into Go struct field Kustomization.resources of type []string",
    ],
    ["a missing file", { "kustomization.yaml": "resources: [nope.yaml]\n" }, "accumulating resources from 'nope.yaml'"],
    ["no kustomization", { "map.yaml": map }, "unable to find one of 'kustomization.yaml', 'kustomization.yml' or"],
    ["two of them", { ...withMap, "kustomization.yml": "" }, "Found multiple kustomization files under"],
    [
      "the same object twice",
      { ...withMap, "kustomization.yaml": "resources: [map.yaml, map.yaml]\n" },
      "may not add resource with an already registered id: ConfigMap.v1.[noGrp]/x.[noNs]",
    ],
    [
      "a merge with nothing",
      { "kustomization.yaml": "configMapGenerator: [{name: a, behavior: merge, literals: [a=b]}]\n" },
      "does not exist; cannot merge or replace",
    ],
    [
      "a patch of nothing",
      {
        ...withMap,
        "kustomization.yaml": `resources: [map.yaml]\npatches: [{patch: "{apiVersion: v1, kind: Foo, metadata: {name: x}}"}]\n`,
      },
      'no resource matches strategic merge patch "Foo.v1.[noGrp]/x.[noNs]"',
    ],
    [
      "a replacement of nothing",
      {
        ...withMap,
        "kustomization.yaml":
          "resources: [map.yaml]\nreplacements: [{sourceValue: x, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.nope]}]}]\n",
      },
      'unable to find field "data.nope" in replacement target',
    ],
    [
      "a repository",
      { "kustomization.yaml": "resources: ['ssh://git@host/a/b//c']\n" },
      "kube does not clone git repositories",
    ],
    ["a helm chart", { "kustomization.yaml": "helmCharts: [{name: x}]\n" }, "kube does not run helm"],
  ] as const)("refuses %s", async (_, files, message) => {
    await using folder = await filesIn(files);
    expect(built(".", folder.path)).rejects.toThrow(message);
  });

  test("reads no file from outside its folder, through links neither", async () => {
    await using folder = await filesIn({ "in/kustomization.yaml": "resources: [../map.yaml]\n", "map.yaml": map });
    expect(built("in", folder.path)).rejects.toThrow("is not in or below");
    const { text } = await builtUnrestricted("in", folder.path);
    expect(text).toContain("name: x");
  });

  test("leaves out what only the build needs", async () => {
    const local = `${map}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: y, annotations: {config.kubernetes.io/local-config: "true"}}\n`;
    await using folder = await filesIn({ ...withMap, "map.yaml": local });
    expect((await built(".", folder.path)).text).toBe(
      "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: x\n",
    );
  });

  test("merges lists of a user's own kind by the schema that it names", async () => {
    const widget =
      "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {items: [{name: a, size: 1}]}\n";
    const type = { group: "example.com", version: "v1", kind: "Widget" };
    const items = { type: "array", "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge" };
    const definition = {
      type: "object",
      properties: { spec: { type: "object", properties: { items } } },
      "x-kubernetes-group-version-kind": [type],
    };
    await using folder = await filesIn({
      "widget.yaml": widget,
      "schema.json": JSON.stringify({ definitions: { "v1.Widget": definition } }),
      "kustomization.yaml": `resources: [widget.yaml]
openapi: {path: schema.json}
patches: [{patch: "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {items: [{name: a, color: red}, {name: b}]}}"}]
`,
    });
    const { text } = await built(".", folder.path);
    expect(text).toContain(
      "  items:\n  - name: b\n  - color: red\n    name: a\n    size: 1\n".replace("  - name: b\n", ""),
    );
  });
});

async function builtUnrestricted(folder: string, cwd: string): Promise<{ readonly text: string }> {
  const options = { cwd, signal: new AbortController().signal, isUnrestricted: true };
  return { text: kustomizationText(await buildKustomization(folder, { ...options, warn: () => undefined })) };
}

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function filesIn(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "kustomize-"));
  for (const [name, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- a folder first, then what is in it
    await mkdir(dirname(join(path, name)), { recursive: true });
    // oxlint-disable-next-line no-await-in-loop -- as above
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}
