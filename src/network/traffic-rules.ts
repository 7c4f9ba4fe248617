import type { PolicyView } from "./policies/policy-selection.ts";
import type { Routes } from "./services/service-proxy.ts";

/** How connections to Services reach pods. */
export type ProxyMode = "nftables" | "iptables" | "userspace";

/**
 * What sends the traffic of the cluster's ranges where it belongs and refuses the rest: rules in the kernel, or listeners where it takes none.
 * What belongs where is decided before, in the same way for all of them.
 */
export interface TrafficRules {
  readonly mode: ProxyMode;
  /** Begins anew, with nothing but the refusals. */
  install(): Promise<void>;
  /** Resolves when the routes are in force; what did not change is not touched. */
  applyRoutes(routes: Routes): Promise<void>;
  /** Undefined where packets between pods cannot be looked at: NetworkPolicies are stored, and nobody enforces them. */
  readonly applyPolicies: ((view: PolicyView) => Promise<void>) | undefined;
  /** Puts back what somebody else removed: others flush rulesets. Says whether it had to. */
  repair(): Promise<boolean>;
  remove(): Promise<void>;
}

export interface TrafficRulesOptions {
  readonly cluster: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** The bridge that pods are on; undefined when there is none, and every pod address is refused. */
  readonly bridge: string | undefined;
  /**
   * Whether bridged packets pass netfilter (br_netfilter). Without it the answer of a pod to its neighbour would come back unchanged, from an
   * address the neighbour never called, so the caller's address is hidden behind the host's.
   */
  readonly seesBridgedPackets: boolean;
}

/** Runs one piece of work after the other: a repair in the middle of an update would put back what the update replaces. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}
