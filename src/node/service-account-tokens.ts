import type { KubeObject } from "../api/resource-type.ts";
import type { TokenRequest } from "../api/types/authentication-v1.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { Client } from "../client/client.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { ServiceAccountToken, TokenWish } from "./volumes/volume.ts";

const LONGEST_USE_MS = 24 * 3600_000;

/** Asks the API server for tokens that are good for one pod only, and die with it. */
export class ServiceAccountTokens {
  readonly #client: Client;
  readonly #clock: Clock;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async request(pod: Readonly<Pod>, { audience, expirationSeconds }: TokenWish): Promise<ServiceAccountToken> {
    const { name: podName = "", uid, namespace } = pod.metadata;
    const name = pod.spec?.serviceAccountName || "default";
    const body: TokenRequest = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name, namespace },
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: podName, uid },
      },
    };
    const answer: KubeObject & Partial<TokenRequest> = await this.#client.transport.request({
      verb: "create",
      group: "",
      version: "v1",
      resource: "serviceaccounts",
      subresource: "token",
      namespace,
      name,
      body,
    });
    const { token, expirationTimestamp = "" } = answer.status ?? {};
    if (token === undefined) {
      throw new Error(`The API server answered the token request for "${name}" without a token`);
    }
    return { token, refreshAt: this.#refreshAt(Date.parse(expirationTimestamp)) };
  }

  /** After four fifths of its life, and once a day (pkg/kubelet/token/token_manager.go). */
  #refreshAt(expiresAt: number): number {
    const now = this.#clock.now();
    return now + Math.min((expiresAt - now) * 0.8, LONGEST_USE_MS);
  }
}
