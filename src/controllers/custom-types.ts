import { apiVersionOf, type ResourceType } from "../api/resource-type.ts";
import { customresourcedefinitions } from "../api/resources.ts";
import type { CustomResourceDefinition } from "../api/types/apiextensions-v1.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";

/** The kinds that users define, for controllers that follow every kind. */
export class CustomTypes {
  readonly #definitions: Informer<CustomResourceDefinition>;

  constructor(informers: InformerFactory) {
    this.#definitions = informers.informer(customresourcedefinitions);
  }

  /** Each of them once, in a version that is served. */
  all(): readonly ResourceType[] {
    return this.#definitions.list().flatMap((definition) => servedType(definition) ?? []);
  }

  /** By the words of an owner reference, in any served version. */
  find(apiVersion: string, kind: string): ResourceType | undefined {
    for (const definition of this.#definitions.list()) {
      const { spec } = definition;
      if (spec.names.kind !== kind || !isEstablished(definition)) continue;
      const version = spec.versions.find(
        ({ name, served }) => served && apiVersionOf({ group: spec.group, version: name }) === apiVersion,
      );
      if (version) return typeOf(definition, version.name);
    }
    return undefined;
  }

  /** Calls `follow` for each that there is or comes to be; what it returns ends that, when the kind or `each` ends. */
  each(follow: (type: ResourceType) => () => void): () => void {
    const followed = new Map<string, { readonly version: string; readonly stop: () => void }>();
    const stop = (name: string): void => {
      followed.get(name)?.stop();
      followed.delete(name);
    };
    const see = (definition: CustomResourceDefinition): void => {
      const name = definition.metadata.name ?? "";
      const type = servedType(definition);
      const known = followed.get(name);
      if (known?.version === type?.version) return;
      stop(name);
      if (type) followed.set(name, { version: type.version, stop: follow(type) });
    };
    const end = this.#definitions.onChange({
      added: see,
      updated: see,
      deleted: ({ metadata }) => stop(metadata.name ?? ""),
    });
    return () => {
      end();
      for (const name of followed.keys()) stop(name);
    };
  }
}

const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True") ?? false;

/** The version that is stored needs no conversion, so it is taken if it is served. */
function servedType(definition: CustomResourceDefinition): ResourceType | undefined {
  if (!isEstablished(definition)) return undefined;
  const served = definition.spec.versions.filter((version) => version.served);
  const version = served.find(({ storage }) => storage) ?? served[0];
  return version && typeOf(definition, version.name);
}

const typeOf = ({ spec }: CustomResourceDefinition, version: string): ResourceType => ({
  group: spec.group,
  version,
  resource: spec.names.plural,
  kind: spec.names.kind,
  namespaced: spec.scope === "Namespaced",
});
