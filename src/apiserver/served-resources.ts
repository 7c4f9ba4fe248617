import type { Kind } from "../api/kind.ts";
import { apiVersionOf, type ResourceType } from "../api/resource-type.ts";
import { ObjectStorage } from "./object-storage.ts";

/** A resource in one version, as requests find it. */
export interface ServedResource {
  readonly kind: Kind;
  readonly type: ResourceType;
  readonly apiVersion: string;
  readonly storage: ObjectStorage;
}

/** All resources the server has, by group, version and plural. */
export class ServedResources {
  #byPath = new Map<string, ServedResource>();

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      const { type } = kind;
      this.#byPath.set(pathKey(type.group, type.version, type.resource), {
        kind,
        type,
        apiVersion: apiVersionOf(type),
        storage: new ObjectStorage(kind),
      });
    }
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
