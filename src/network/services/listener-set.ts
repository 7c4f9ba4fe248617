import { errorText, type Logger } from "../../lib/logger.ts";
import type { ListenerTarget } from "./endpoint-chooser.ts";
import type { Protocol } from "./service-routes.ts";
import { type LocalListener, listenTcp } from "./tcp-relay.ts";
import { listenUdp } from "./udp-relay.ts";

export interface WantedListener {
  readonly protocol: Protocol;
  readonly ip: string;
  readonly port: number;
  /** What it is for, in the log: `Node port 30080 of Service default/web:http`. */
  readonly purpose: string;
  readonly target: ListenerTarget;
}

interface Slot {
  /** Undefined: it could not be opened. */
  readonly listener: LocalListener | undefined;
  readonly code: string | undefined;
  readonly triedAt: number;
  target: ListenerTarget;
}

/** A port that another program held is tried again after this time, when there is an update anyway. */
const RETRY_AFTER_MS = 10_000;

export const listenerKey = ({ protocol, ip, port }: Pick<WantedListener, "protocol" | "ip" | "port">): string =>
  `${protocol} ${ip} ${port}`;

/**
 * Listeners in this process, as many as are wanted. Endpoints are looked up for each connection, so a change of endpoints never touches a
 * listener, and a listener that goes leaves its connections to finish.
 */
export class ListenerSet implements Disposable {
  readonly #log: Logger;
  readonly #slots = new Map<string, Slot>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Opens and closes what differs. A port that cannot be had is told in the log and left. */
  async apply(wanted: readonly WantedListener[]): Promise<void> {
    const byKey = new Map(wanted.map((each) => [listenerKey(each), each]));
    for (const [key, slot] of this.#slots) {
      if (byKey.has(key)) continue;
      this.#slots.delete(key);
      slot.listener?.close();
    }
    for (const [key, each] of byKey) {
      const slot = this.#slots.get(key);
      if (slot) slot.target = each.target;
      if (slot?.listener || (slot && performance.now() - slot.triedAt < RETRY_AFTER_MS)) continue;
      await this.#open(key, each);
    }
  }

  /** The system's code for why it could not be opened; undefined when it is open, or was never wanted. */
  failureOf(key: string): string | undefined {
    return this.#slots.get(key)?.code;
  }

  [Symbol.dispose](): void {
    for (const { listener } of this.#slots.values()) listener?.close();
    this.#slots.clear();
  }

  async #open(key: string, { protocol, ip, port, purpose, target }: WantedListener): Promise<void> {
    const current = (): ListenerTarget => this.#slots.get(key)?.target ?? target;
    const on = { hostname: ip, port };
    const triedAt = performance.now();
    try {
      if (protocol === "SCTP")
        throw Object.assign(new Error("SCTP is served by the kernel only"), { code: "EPROTONOSUPPORT" });
      const listener = protocol === "TCP" ? await listenTcp(on, current) : await listenUdp(on, current);
      this.#slots.set(key, { listener, code: undefined, triedAt, target });
    } catch (error) {
      const isNew = !this.#slots.has(key);
      this.#slots.set(key, { listener: undefined, code: codeOf(error), triedAt, target });
      // A machine may have no IPv6 at all.
      if (isNew && ip !== "::1") this.#log.warn(`${purpose} does not answer on ${ip}: ${errorText(error)}`);
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
