import { networkInterfaces } from "node:os";

import { cidrContains, parseCidr, parseIpv4 } from "../../lib/cidr.ts";
import type { Logger } from "../../lib/logger.ts";
import { ListenerSet } from "../services/listener-set.ts";
import { type Execute, firstLines } from "../services/netfilter-command.ts";
import type { Routes } from "../services/service-proxy.ts";
import { inTurn, type TrafficRules, type TrafficRulesOptions } from "../traffic-rules.ts";
import { userspaceListeners } from "./userspace-listeners.ts";

export interface UserspaceOptions extends TrafficRulesOptions {
  /** The program `ip`. */
  readonly ip: string;
  readonly execute: Execute;
  readonly log: Logger;
}

const NO_ROUTES: Routes = { services: [], hostPorts: [], nodes: [] };

/**
 * Without netfilter: one route makes every address of the Service range this machine's own, and listeners in this process relay. What nobody
 * listens on the kernel refuses. Pods see this machine as their caller, and packets between pods pass unseen, so policies cannot be enforced.
 */
export function userspaceRules(options: UserspaceOptions): TrafficRules {
  const { serviceRange, ip, execute, log } = options;
  const listeners = new ListenerSet(log);
  const turn = inTurn();
  let routed: ReadonlySet<string> = new Set();
  let routes = NO_ROUTES;
  const change = async (verb: "replace" | "delete", range: string): Promise<string> => {
    const { exitCode, stderr } = await execute([ip, "-4", "route", verb, "local", range, "dev", "lo"], "");
    return exitCode === 0 ? "" : firstLines(stderr);
  };
  const add = async (range: string): Promise<void> => {
    const problem = await change("replace", range);
    if (problem !== "") throw new Error(`Cannot take ${range} for this machine: ${problem}`);
  };
  const apply = async (): Promise<void> => {
    const wanted = userspaceListeners(routes, { podRange: options.podRange, hostIps: hostIps(options) });
    const ranges = new Set([serviceRange, ...wanted.foreignIps.map((each) => `${each}/32`)]);
    for (const range of ranges) if (!routed.has(range)) await add(range);
    await listeners.apply(wanted.listeners);
    for (const range of routed) if (!ranges.has(range)) await change("delete", range);
    routed = ranges;
  };
  return {
    mode: "userspace",
    install: () =>
      turn(async () => {
        routes = NO_ROUTES;
        await apply();
      }),
    applyRoutes: (next) =>
      turn(async () => {
        routes = next;
        await apply();
      }),
    applyPolicies: undefined,
    repair: () =>
      turn(async () => {
        const { stdout } = await execute([ip, "-4", "route", "show", "table", "local", "type", "local"], "");
        const present = new Set(stdout.split("\n").map((line) => line.replace(/^local /, "").split(" ")[0] ?? ""));
        const isThere = [...routed].every((range) => present.has(range) || present.has(range.replace(/\/32$/, "")));
        if (isThere) return false;
        routed = new Set();
        await apply();
        return true;
      }),
    remove: () =>
      turn(async () => {
        listeners[Symbol.dispose]();
        for (const range of routed) await change("delete", range);
        routed = new Set();
      }),
  };
}

/** Where node ports and host ports answer besides localhost. */
function hostIps({ serviceRange }: TrafficRulesOptions): readonly string[] {
  const services = parseCidr(serviceRange);
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(
      ({ family, internal, address }) =>
        family === "IPv4" && !internal && !(services && cidrContains(services, parseIpv4(address) ?? 0)),
    )
    .map(({ address }) => address);
}
