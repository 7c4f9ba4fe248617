import type { Kind, ScaleSubresource } from "../api/kind.ts";
import { controllerOf } from "../api/owner-references.ts";
import type { KubeObject } from "../api/resource-type.ts";
import type { OwnerReference } from "../api/types/meta-v1.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";

/** How many of something are wanted, and by whom. */
export interface WantedReplicas {
  readonly uid: string;
  readonly replicas: number;
}

/** Finds who decides how many pods there are: the uppermost owner that can be scaled. */
export class Scales {
  readonly #scalable: readonly {
    readonly kind: Kind;
    readonly scale: ScaleSubresource<KubeObject>;
    readonly informer: Informer<KubeObject>;
  }[];

  constructor(kinds: readonly Kind[], informers: InformerFactory) {
    this.#scalable = kinds.flatMap((kind) => {
      const scale = kind.subresources.find(isScale);
      return scale && !kind.storage ? [{ kind, scale, informer: informers.informer(kind.type) }] : [];
    });
  }

  /** Undefined: no such owner can be scaled, or it is gone. */
  wantedBy(owner: OwnerReference, namespace: string): WantedReplicas | undefined {
    const group = owner.apiVersion.includes("/") ? owner.apiVersion.split("/")[0] : "";
    const found = this.#scalable.find(({ kind: { type } }) => type.kind === owner.kind && type.group === group);
    const object = found?.informer.get(`${namespace}/${owner.name}`);
    if (!found || object?.metadata.uid !== owner.uid) return undefined;
    const above = controllerOf(object);
    return (above && this.wantedBy(above, namespace)) ?? { uid: owner.uid, replicas: found.scale.replicas(object) };
  }
}

const isScale = (subresource: Kind["subresources"][number]): subresource is ScaleSubresource<KubeObject> =>
  subresource.name === "scale" && "replicas" in subresource;
