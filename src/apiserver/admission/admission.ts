import type { KubeObject } from "../../api/resource-type.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type { Annotate } from "../api-request.ts";
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
  readonly annotate?: Annotate | undefined;
  /** Options of the write, as the client sent them. */
  readonly said?: object | undefined;
  /** Of a deletion. */
  readonly deleteOptions?: object | undefined;
  /** The kind of `object` where a subresource has a body of its own: a Binding, a Scale, a PodExecOptions. */
  readonly objectKind?: GroupVersionKind | undefined;
  /** What of an admission that runs for a second time is known from the first; absent in `validate`. */
  readonly rounds?: AdmissionRounds | undefined;
}

/** Mutations may ask for one more round, in which those take part that want to see what others changed. */
export class AdmissionRounds {
  isSecond = false;
  needsSecond = false;
  /** By the name of the plugin. */
  readonly notes = new Map<string, unknown>();
}

/**
 * One policy. `admit` may change the object and runs before validation; `validate` sees the final object.
 * Both refuse by throwing ApiError.
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** Is asked about connections too, whose objects are options and have no metadata. */
  readonly handlesConnect?: true;
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
    const rounds = new AdmissionRounds();
    const review = { ...request, rounds };
    await this.#admit(review);
    if (!rounds.needsSecond) return;
    rounds.isSecond = true;
    await this.#admit(review);
  }

  async #admit(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#mutating) {
      if (request.operation === "CONNECT" && !plugin.handlesConnect) continue;
      const pending = plugin.admit?.(request);
      // Most plugins have nothing to do with most requests; awaiting them would cost every request a turn.
      // eslint-disable-next-line no-await-in-loop -- one after the other is what admission is
      if (pending) await pending;
    }
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#validating) {
      if (request.operation === "CONNECT" && !plugin.handlesConnect) continue;
      const pending = plugin.validate?.(request);
      // eslint-disable-next-line no-await-in-loop
      if (pending) await pending;
    }
  }
}
