import type { Kind } from "../api/kind.ts";
import { apiVersionOf, type ResourceType } from "../api/resource-type.ts";
import { ObjectStorage } from "./objects/object-storage.ts";

/** A resource in one version, as requests find it. */
export interface ServedResource {
  readonly kind: Kind;
  readonly type: ResourceType;
  readonly apiVersion: string;
  readonly storage: ObjectStorage;
  /** Aborts when the resource is served no more in this form. Absent: it is served for ever. */
  readonly retired?: AbortSignal;
}

/** All resources the server has, by group, version and plural. */
export class ServedResources {
  readonly #byPath = new Map<string, ServedResource>();
  /** Those that users defined, by the name of their definition. */
  readonly #custom = new Map<string, readonly ServedResource[]>();
  #generation = 0;

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      const { type } = kind;
      this.#byPath.set(pathKey(type.group, type.version, type.resource), builtIn(kind));
    }
  }

  /** Grows when what is served changes: what is made of all resources is made again then. */
  get generation(): number {
    return this.#generation;
  }

  /** Serves what a definition defines, in place of what it defined before. What is built in is never replaced. */
  setCustom(definition: string, resources: readonly ServedResource[]): void {
    const before = this.#custom.get(definition) ?? [];
    for (const { type } of before) this.#byPath.delete(pathKey(type.group, type.version, type.resource));
    const added = resources.filter(({ type }) => !this.find(type.group, type.version, type.resource));
    for (const resource of added) {
      const { type } = resource;
      this.#byPath.set(pathKey(type.group, type.version, type.resource), resource);
    }
    if (added.length > 0) this.#custom.set(definition, added);
    else this.#custom.delete(definition);
    if (before.length + added.length > 0) this.#generation++;
  }

  /** Serves kinds that are ours, and yet not always there. */
  setOptional(name: string, kinds: readonly Kind[]): void {
    this.setCustom(`optional/${name}`, kinds.map(builtIn));
  }

  find(group: string, version: string, resource: string): ServedResource | undefined {
    return this.#byPath.get(pathKey(group, version, resource));
  }

  /** For resources the server itself depends on: it is a bug if one is missing. */
  require(type: ResourceType): ServedResource {
    const resource = this.find(type.group, type.version, type.resource);
    if (!resource) throw new Error(`The API server is set up without ${type.resource} ${apiVersionOf(type)}`);
    return resource;
  }

  all(): Iterable<ServedResource> {
    return this.#byPath.values();
  }
}

const pathKey = (group: string, version: string, resource: string): string => `${group}/${version}/${resource}`;

const builtIn = (kind: Kind): ServedResource => ({
  kind,
  type: kind.type,
  apiVersion: apiVersionOf(kind.type),
  storage: new ObjectStorage(kind),
});
