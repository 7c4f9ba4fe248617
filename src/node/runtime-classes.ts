import { runtimeclasses } from "../api/resources.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { Client } from "../client/client.ts";

/** Which of the engine's runtimes runs a pod. */
export class RuntimeClasses {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Undefined: the engine's own. Throws, in the kubelet's words, when there is no such class. */
  async handlerOf({ spec }: Readonly<Pod>): Promise<string | undefined> {
    const name = spec?.runtimeClassName;
    if (name === undefined || name === "") return undefined;
    const found = await this.#client.resource(runtimeclasses).find({ name });
    if (!found)
      throw new Error(`failed to get sandbox runtime: runtimeclass.node.k8s.io ${JSON.stringify(name)} not found`);
    return found.handler;
  }
}
