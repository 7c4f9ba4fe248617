import type { KubeObject } from "../../api/resource-type.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { ServedResource } from "../served-resources.ts";

/** A write on its way to the store, as admission plugins see it. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly resource: ServedResource;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** What is to be written; undefined for deletions. Plugins may change it in `admit`. */
  readonly object: KubeObject | undefined;
  /** What is there now; undefined for creations. */
  readonly oldObject: Readonly<KubeObject> | undefined;
  readonly warnings: string[];
}

/**
 * One policy. `admit` may change the object and runs before validation; `validate` sees the final object.
 * Both refuse by throwing ApiError.
 */
export interface AdmissionPlugin {
  readonly name: string;
  admit?(request: AdmissionRequest): void | Promise<void>;
  validate?(request: AdmissionRequest): void | Promise<void>;
}

/** Runs the plugins in their order. */
export class Admission {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter((plugin) => "admit" in plugin);
    this.#validating = plugins.filter((plugin) => "validate" in plugin);
  }

  async admit(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#mutating) await plugin.admit?.(request);
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#validating) await plugin.validate?.(request);
  }
}
