import type { ApiFacts } from "./api-facts.ts";
import { generatedHeader, placeOf } from "./api-facts.ts";

/** Writes the constants that name each served resource and says how many. */
export async function writeResources(facts: ApiFacts, path: string): Promise<number> {
  const resources = resourcesOf(facts);
  const plural = new Map<string, number>();
  for (const { resource } of resources) plural.set(resource, (plural.get(resource) ?? 0) + 1);
  const constant = (resource: Resource): string => {
    const base = resource.resource;
    const isPreferred = resource.group === "" || resource.version === "v1";
    return (plural.get(base) ?? 0) > 1 && !(isPreferred && resource.group !== "events.k8s.io")
      ? `${base}${capital(resource.group.split(".")[0] ?? "")}${capital(resource.version)}`
      : base;
  };
  const imports = new Map<string, Set<string>>();
  for (const { file, type } of resources) imports.set(file, (imports.get(file) ?? new Set<string>()).add(type));
  const source = [
    generatedHeader(facts),
    `import type { ResourceType } from "./resource-type.ts";\n`,
    ...[...imports.keys()]
      .toSorted()
      .map((file) => `import type * as ${file.replaceAll(/[^a-z0-9]/g, "")} from "./types/${file}.ts";\n`),
    "\n",
    ...resources.map(
      (r) =>
        `export const ${constant(r)}: ResourceType<${alias(r)}> = ${JSON.stringify({ group: r.group, version: r.version, resource: r.resource, kind: r.kind, namespaced: r.namespaced })};\n`,
    ),
  ];
  await Bun.write(path, source.join(""));
  return resources.length;
}

const alias = (resource: Resource): string => `${resource.file.replaceAll(/[^a-z0-9]/g, "")}.${resource.type}`;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

type Resource = {
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
  type: string;
  file: string;
};

/** Every resource that can be read back: its collection path has a `get` operation. */
function resourcesOf(facts: ApiFacts): Resource[] {
  const byGvk = new Map<string, string>();
  for (const [name, definition] of Object.entries(facts.definitions)) {
    for (const gvk of definition["group-version-kind"] ?? [])
      byGvk.set(`${gvk.group}/${gvk.version}/${gvk.kind}`, name);
  }
  const found = new Map<string, Resource>();
  for (const [path, operations] of Object.entries(facts.operations)) {
    const gvk = operations["get"]?.gvk ?? operations["post"]?.gvk;
    const match = /^\/apis?\/(?:([^/]+)\/)?(v[^/]+)\/(namespaces\/\{namespace\}\/)?([a-z]+)(?:\/\{name\})?$/.exec(path);
    if (!gvk || !match || path.includes("/watch/")) continue;
    const [, group = "", version = "", namespaced, resource = ""] = match;
    const definition = byGvk.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
    if (!definition || gvk.group !== group) continue;
    const key = `${group}/${version}/${resource}`;
    if (found.has(key) && !namespaced) continue;
    const { file, type } = placeOf(definition);
    found.set(key, {
      group,
      version,
      resource,
      kind: gvk.kind,
      namespaced: namespaced !== undefined,
      type,
      file,
    });
  }
  return [...found.values()].toSorted((a, b) =>
    `${a.group}/${a.version}/${a.resource}`.localeCompare(`${b.group}/${b.version}/${b.resource}`),
  );
}
