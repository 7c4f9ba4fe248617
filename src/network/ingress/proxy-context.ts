import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { UpstreamPool } from "./http1/upstream-pool.ts";
import type { IngressDecision, ProxiedRequest } from "./ingress-decision.ts";

/** What the two ways of serving HTTP share. */
export interface ProxyContext {
  decide(request: ProxiedRequest): IngressDecision;
  readonly pool: UpstreamPool;
  /** A line of the access log. */
  accessed(access: Access): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Access {
  readonly clientIp: string;
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly protocol: string;
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  /** `10.244.0.5:8080`; undefined when no server was asked. */
  readonly server: string | undefined;
}

/** `web.default.localhost:8080` -> `web.default.localhost`. */
export function hostOf(authority: string): string {
  const bare = authority.startsWith("[")
    ? authority.slice(0, authority.indexOf("]") + 1)
    : authority.replace(/:\d*$/, "");
  return bare.toLowerCase().replace(/\.$/, "");
}

/** The page of an answer that is the proxy's own. */
export function refusalPage(status: number, text: string): string {
  return `${status} ${REASONS[status] ?? "Error"}\n${text}\n`;
}

export const REASONS: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  404: "Not Found",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** Endpoints in turn: the first differs from request to request. */
export class RoundRobin {
  #next = 0;

  order<T>(endpoints: readonly T[]): readonly T[] {
    const start = this.#next++ % endpoints.length;
    return start === 0 ? endpoints : [...endpoints.slice(start), ...endpoints.slice(0, start)];
  }
}
