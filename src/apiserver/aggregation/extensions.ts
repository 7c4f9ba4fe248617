import type { DiscoveryPriority } from "../../api/discovery-priority.ts";
import { apiVersionOf } from "../../api/resource-type.ts";
import type { APIVersionDiscovery } from "../../api/types/apidiscovery-v2.ts";
import type { APIService } from "../../api/types/apiregistration-v1.ts";
import { jsonEqual, type JsonObject } from "../../lib/json/json-value.ts";

/** A group version that another server serves, as its APIService has it. */
export interface Extension {
  /** Of the APIService. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** PEM; undefined: whom this machine trusts. */
  readonly ca: string | undefined;
  readonly isVerified: boolean;
  readonly isAvailable: boolean;
}

/** What an extension server says of itself; all of it is missing until it was first asked. */
export interface ExtensionDocuments {
  readonly discovery?: APIVersionDiscovery;
  /** Its whole document of OpenAPI v2. */
  readonly openApiV2?: JsonObject;
  /** Where its documents of OpenAPI v3 are, by name: `apis/example.com/v1`. */
  readonly openApiV3?: Readonly<Record<string, string>>;
}

/** The group versions that other servers serve, and what APIServices say of the order of all. */
export class Extensions {
  readonly #byApiVersion = new Map<string, Extension>();
  readonly #priorities = new Map<string, DiscoveryPriority>();
  readonly #documents = new Map<string, ExtensionDocuments>();
  #generation = 0;

  /** Grows when what clients are told of them changes. */
  get generation(): number {
    return this.#generation;
  }

  find(group: string, version: string): Extension | undefined {
    // Nearly every cluster has none, and every request asks.
    return this.#byApiVersion.size === 0 ? undefined : this.#byApiVersion.get(apiVersionOf({ group, version }));
  }

  all(): Iterable<Extension> {
    return this.#byApiVersion.values();
  }

  get isEmpty(): boolean {
    return this.#byApiVersion.size === 0;
  }

  /** As an APIService has it, whoever serves; undefined when there is none. */
  priorityOf(group: string, version: string): DiscoveryPriority | undefined {
    return this.#priorities.get(apiVersionOf({ group, version }));
  }

  documentsOf({ group, version }: Extension): ExtensionDocuments {
    return this.#documents.get(apiVersionOf({ group, version })) ?? {};
  }

  set({ metadata, spec, status }: APIService): void {
    if (!spec) return;
    const { group = "", version = "", service } = spec;
    const apiVersion = apiVersionOf({ group, version });
    const priority = { group: spec.groupPriorityMinimum, version: spec.versionPriority };
    if (!jsonEqual(this.#priorities.get(apiVersion), priority)) this.#generation++;
    this.#priorities.set(apiVersion, priority);
    if (!service) {
      this.#forget(apiVersion);
      return;
    }
    if (!this.#byApiVersion.has(apiVersion)) this.#generation++;
    this.#byApiVersion.set(apiVersion, {
      name: metadata.name ?? "",
      group,
      version,
      service: { namespace: service.namespace ?? "", name: service.name ?? "", port: service.port ?? 443 },
      ca: spec.caBundle ? Buffer.from(spec.caBundle, "base64").toString("utf8") : undefined,
      isVerified: !spec.insecureSkipTLSVerify,
      isAvailable: status?.conditions?.some((each) => each.type === "Available" && each.status === "True") ?? false,
    });
  }

  delete({ spec }: APIService): void {
    const apiVersion = apiVersionOf({ group: spec?.group ?? "", version: spec?.version ?? "" });
    if (this.#priorities.delete(apiVersion)) this.#generation++;
    this.#forget(apiVersion);
  }

  setDocuments({ group, version }: Extension, documents: ExtensionDocuments): void {
    const apiVersion = apiVersionOf({ group, version });
    if (!this.#byApiVersion.has(apiVersion) || jsonEqual(this.#documents.get(apiVersion), documents)) return;
    this.#documents.set(apiVersion, documents);
    this.#generation++;
  }

  #forget(apiVersion: string): void {
    if (this.#byApiVersion.delete(apiVersion)) this.#generation++;
    this.#documents.delete(apiVersion);
  }
}
