import { createSecureContext, type SecureContext } from "node:tls";

import type { Secret } from "../../api/types/core-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { KeyAndCertificate } from "../ingress/ingress-certificates.ts";
import type { IngressDecision, ProxiedRequest } from "../ingress/ingress-decision.ts";
import { type IngressServer, startIngressServer } from "../ingress/ingress-server.ts";
import type { ProxyContext } from "../ingress/proxy-context.ts";
import { loadBalancerAddress } from "../load-balancers/load-balancer-address.ts";
import type { GatewayDoor, PlannedGateway } from "./gateway-plan.ts";
import { keyOf } from "./gateway-plan.ts";
import { hostRank } from "./host-names.ts";

export interface GatewayDoorsOptions {
  readonly cluster: string;
  readonly proxy: Omit<ProxyContext, "decide">;
  readonly decide: (request: ProxiedRequest, door: GatewayDoor) => IngressDecision;
  /** `key` is `namespace/name`. */
  readonly secret: (key: string) => Secret | undefined;
  readonly fallbackCertificate: KeyAndCertificate;
}

interface OpenDoor {
  readonly server: IngressServer | undefined;
  readonly problem: string | undefined;
  readonly isTls: boolean;
  current: GatewayDoor;
}

const MOST_ATTEMPTS = 8;

/** Listens for Gateways, each on an address of 127.0.0.0/8 of its own, so that two of them may have the same ports. */
export class GatewayDoors implements AsyncDisposable {
  readonly #options: GatewayDoorsOptions;
  readonly #doors = new Map<string, OpenDoor>();
  readonly #addresses = new Map<string, string>();
  /** A Secret that changes is another object. */
  readonly #contexts = new WeakMap<Secret, SecureContext>();

  constructor(options: GatewayDoorsOptions) {
    this.#options = options;
  }

  /** Opens and closes what differs. Requests are decided by the newest door of a port, so a changed route touches no listener. */
  async apply(gateways: readonly PlannedGateway[]): Promise<void> {
    const wanted = new Map(
      gateways.flatMap(({ gateway, doors }) =>
        doors.map((door) => [doorKey(keyOf(gateway), door.port), { gateway: keyOf(gateway), door }] as const),
      ),
    );
    for (const [key, open] of this.#doors) {
      if (wanted.get(key)?.door.isTls === open.isTls && open.server) continue;
      this.#doors.delete(key);
      await open.server?.[Symbol.asyncDispose]();
    }
    const present = new Set(gateways.map(({ gateway }) => keyOf(gateway)));
    for (const gateway of this.#addresses.keys()) if (!present.has(gateway)) this.#addresses.delete(gateway);
    for (const [key, { gateway, door }] of wanted) {
      const open = this.#doors.get(key);
      if (open) open.current = door;
      else await this.#open(key, gateway, door);
    }
  }

  addressOf(gateway: string): string {
    return this.#addresses.get(gateway) ?? this.#address(gateway, 0);
  }

  /** Why a port is not listened on; undefined: it is, or was never wanted. */
  problemOf(gateway: string, port: number): string | undefined {
    return this.#doors.get(doorKey(gateway, port))?.problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.apply([]);
  }

  async #open(key: string, gateway: string, door: GatewayDoor): Promise<void> {
    let problem = "";
    // Where it listens already it stays.
    const attempts = this.#addresses.has(gateway) ? 1 : MOST_ATTEMPTS;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const address = this.#addresses.get(gateway) ?? this.#address(gateway, attempt);
      try {
        const server = await this.#listen(key, address, door);
        this.#addresses.set(gateway, address);
        this.#doors.set(key, { server, problem: undefined, isTls: door.isTls, current: door });
        return;
      } catch (error) {
        problem = `${address}:${door.port} cannot be listened on: ${errorText(error)}`;
      }
    }
    this.#options.proxy.log.warn(`Gateway ${gateway}: ${problem}`);
    this.#doors.set(key, { server: undefined, problem, isTls: door.isTls, current: door });
  }

  async #listen(key: string, address: string, door: GatewayDoor): Promise<IngressServer> {
    const { proxy, decide, fallbackCertificate } = this.#options;
    const current = (): GatewayDoor => this.#doors.get(key)?.current ?? door;
    return await startIngressServer({
      context: { ...proxy, decide: (request) => decide(request, current()) },
      addresses: [address],
      httpPort: door.isTls ? undefined : door.port,
      httpsPort: door.isTls ? door.port : undefined,
      secureContext: (host) => Promise.resolve(this.#secureContext(host, current())),
      fallback: fallbackCertificate,
    });
  }

  /** The certificate of the listener whose host fits best. */
  #secureContext(host: string, { certificates }: GatewayDoor): SecureContext {
    const [best] = certificates
      .filter((each) => hostRank(each.host, host) >= 0)
      .toSorted((a, b) => hostRank(b.host, host) - hostRank(a.host, host));
    const secret = best && this.#options.secret(best.secret);
    if (!secret) throw new Error(`No listener has a certificate for ${host}`);
    const text = (name: string): string => Buffer.from(secret.data?.[name] ?? "", "base64").toString("utf8");
    const known = this.#contexts.get(secret) ?? createSecureContext({ key: text("tls.key"), cert: text("tls.crt") });
    this.#contexts.set(secret, known);
    return known;
  }

  #address(gateway: string, attempt: number): string {
    return loadBalancerAddress(this.#options.cluster, `gateway ${gateway}`, attempt);
  }
}

const doorKey = (gateway: string, port: number): string => `${gateway} ${port}`;
