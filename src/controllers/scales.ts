import { isApiError } from "../api/api-error.ts";
import type { Kind } from "../api/kind.ts";
import { controllerOf } from "../api/owner-references.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { customresourcedefinitions } from "../api/resources.ts";
import type { CustomResourceDefinition } from "../api/types/apiextensions-v1.ts";
import type { Scale } from "../api/types/autoscaling-v1.ts";
import type { OwnerReference } from "../api/types/meta-v1.ts";
import type { Client } from "../client/client.ts";
import type { Informer } from "../client/informer.ts";
import type { ControllerContext } from "./controller.ts";

/** How many of something are wanted, and by whom. */
export interface WantedReplicas {
  readonly uid: string;
  readonly replicas: number;
}

/** What can be scaled: built-in kinds, and those that users define. */
export class Scales {
  readonly #kinds: readonly Kind[];
  readonly #client: Client;
  readonly #definitions: Informer<CustomResourceDefinition>;
  /** Built-in kinds with a scale, and their objects. */
  readonly #builtIn: readonly { readonly type: ResourceType; readonly informer: Informer<KubeObject> }[];

  constructor(kinds: readonly Kind[], { client, informers }: Pick<ControllerContext, "client" | "informers">) {
    this.#kinds = kinds;
    this.#client = client;
    this.#definitions = informers.informer(customresourcedefinitions);
    this.#builtIn = kinds.flatMap(({ type, subresources, storage }) =>
      !storage && subresources.some(({ name }) => name === "scale")
        ? [{ type, informer: informers.informer(type) }]
        : [],
    );
  }

  /** The kind of that name, whether it has a scale or not; undefined: nobody serves it. */
  typeOf(apiVersion: string, kind: string): ResourceType | undefined {
    const group = groupOf(apiVersion);
    const builtIn = this.#kinds.find(({ type }) => type.group === group && type.kind === kind);
    if (builtIn) return builtIn.type;
    const definition = this.#definitions.list().find(({ spec }) => spec.group === group && spec.names.kind === kind);
    const version = definition?.spec.versions.find(({ served }) => served)?.name;
    if (!definition || version === undefined) return undefined;
    const { names, scope } = definition.spec;
    return { group, version, resource: names.plural, kind, namespaced: scope === "Namespaced" };
  }

  async scaleOf(type: ResourceType, namespace: string | undefined, name: string): Promise<Scale> {
    // The subresource answers with a Scale, whatever the kind.
    const scale: Scale = await this.#client.transport.request({
      verb: "get",
      ...type,
      subresource: "scale",
      namespace,
      name,
    });
    return scale;
  }

  /** What the uppermost owner that can be scaled wants; undefined: there is none. */
  async wantedBy(owner: OwnerReference, namespace: string): Promise<WantedReplicas | undefined> {
    const type = this.typeOf(owner.apiVersion, owner.kind);
    if (!type) return undefined;
    const above = this.#ownerOf(type, `${namespace}/${owner.name}`);
    const wanted = above && (await this.wantedBy(above, namespace));
    if (wanted) return wanted;
    try {
      const { metadata, spec } = await this.scaleOf(type, namespace, owner.name);
      return metadata.uid === owner.uid ? { uid: owner.uid, replicas: spec?.replicas ?? 0 } : undefined;
    } catch (error) {
      // Gone, or of a kind without a scale.
      if (isApiError(error, "NotFound")) return undefined;
      throw error;
    }
  }

  #ownerOf(wanted: ResourceType, key: string): OwnerReference | undefined {
    const object = this.#builtIn.find(({ type }) => type === wanted)?.informer.get(key);
    return object && controllerOf(object);
  }
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");
