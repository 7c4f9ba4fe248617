import { realpath } from "node:fs/promises";
import { basename } from "node:path";

import type { Logger } from "../lib/logger.ts";
import { UserError } from "../lib/user-error.ts";
import { iptablesRules, type IptablesPrograms } from "./iptables/iptables-rules.ts";
import { type Execute, firstLines, nftCommand } from "./services/netfilter-command.ts";
import { nftablesRules } from "./services/nftables.ts";
import type { ProxyMode, TrafficRules, TrafficRulesOptions } from "./traffic-rules.ts";
import { userspaceRules } from "./userspace/userspace-rules.ts";

/** What a user may ask for; `auto` takes the first of the others that works here. */
export const PROXY_MODES = ["auto", "nftables", "iptables", "ipvs", "userspace"] as const;
export type ProxyModeWish = (typeof PROXY_MODES)[number];

export interface OpenTrafficRulesOptions extends TrafficRulesOptions {
  readonly wish: ProxyModeWish;
  readonly execute: Execute;
  readonly log: Logger;
}

/** A way to make the rules, or why it cannot be had here. */
type Attempt =
  | { readonly open: (options: OpenTrafficRulesOptions) => TrafficRules }
  | { readonly problem: string; readonly hint: string };

/** The rules of the mode that was asked for, or of the first that works. Throws UserError when there is none. */
export async function openTrafficRules(options: OpenTrafficRulesOptions): Promise<TrafficRules> {
  const { wish, execute, log } = options;
  const { mode, open, problems } = await chooseProxyMode(wish, execute);
  if (problems.length > 0) log.warn(`Services use the proxy mode ${mode}: ${problems.join("; ")}`);
  return open(options);
}

export interface ChosenProxyMode {
  readonly mode: ProxyMode;
  readonly open: (options: OpenTrafficRulesOptions) => TrafficRules;
  /** Why those that come before it were passed over. */
  readonly problems: readonly string[];
}

/** Looks what works here and changes nothing. Throws UserError when that is not what was asked for, or nothing is. */
export async function chooseProxyMode(wish: ProxyModeWish, execute: Execute): Promise<ChosenProxyMode> {
  if (wish === "ipvs") throw await noIpvs();
  if (wish !== "auto") {
    const attempt = await ATTEMPTS[wish](execute);
    if ("open" in attempt) return { mode: wish, open: attempt.open, problems: [] };
    throw new UserError(`Cannot use the proxy mode ${wish}: ${attempt.problem}`, { hint: attempt.hint });
  }
  const problems: string[] = [];
  for (const mode of ["nftables", "iptables", "userspace"] as const) {
    const attempt = await ATTEMPTS[mode](execute);
    if ("open" in attempt) return { mode, open: attempt.open, problems };
    problems.push(attempt.problem);
  }
  throw new UserError(`Cannot send traffic to pods: ${problems.join("; ")}`, {
    hint: 'Install nft (package "nftables"), then run kube start again',
  });
}

const ATTEMPTS: Readonly<Record<ProxyMode, (execute: Execute) => Promise<Attempt>>> = {
  async nftables(execute) {
    const hint = 'Install nft (package "nftables"), or choose another with --proxy-mode';
    const nft = await programPath("nft");
    if (nft === undefined) return { problem: "the program nft is missing", hint };
    const { exitCode, stderr } = await execute([nft, "list", "tables"], "");
    if (exitCode !== 0) return { problem: `nft does not work here: ${firstLines(stderr)}`, hint };
    return { open: (options) => nftablesRules({ ...options, command: nftCommand(nft, options.execute) }) };
  },
  async iptables(execute) {
    const hint = 'Install iptables (package "iptables"), or choose another with --proxy-mode';
    const programs = await iptablesPrograms();
    if (!programs) return { problem: "the program iptables is missing", hint };
    const { exitCode, stderr } = await execute([...programs.iptables, "-w", "10", "-t", "nat", "-S", "PREROUTING"], "");
    if (exitCode !== 0) return { problem: `iptables does not work here: ${firstLines(stderr)}`, hint };
    return { open: (options) => iptablesRules({ ...options, programs }) };
  },
  async userspace() {
    const hint = 'Install ip (package "iproute2"), or choose another with --proxy-mode';
    const ip = await programPath("ip");
    return ip === undefined
      ? { problem: "the program ip is missing", hint }
      : { open: (options) => userspaceRules({ ...options, ip }) };
  },
};

/** Kubernetes gave it up in v1.35 for nftables, which does all that it did. */
async function noIpvs(): Promise<UserError> {
  const isInKernel = await Bun.file("/proc/net/ip_vs").exists();
  const problem = isInKernel ? "kube does not program IPVS" : "this kernel has no IPVS (/proc/net/ip_vs is missing)";
  return new UserError(`Cannot use the proxy mode ipvs: ${problem}`, {
    hint: "Use nftables, which Kubernetes recommends in its place: --proxy-mode nftables",
  });
}

const FOLDERS = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"];

async function programPath(name: string): Promise<string | undefined> {
  for (const folder of FOLDERS) if (await Bun.file(`${folder}/${name}`).exists()) return `${folder}/${name}`;
  return undefined;
}

/**
 * Behind its links: those that choose between the two kinds of iptables lie in /etc, which a container that lends its rights does not see. One
 * program is all of them, and does what its first argument says.
 */
async function iptablesPrograms(): Promise<IptablesPrograms | undefined> {
  const [iptables, restore] = await Promise.all([programPath("iptables"), programPath("iptables-restore")]);
  if (iptables === undefined || restore === undefined) return undefined;
  const called = async (path: string, name: string): Promise<readonly string[]> => {
    const real = await realpath(path);
    return basename(real).startsWith("xtables-") ? [real, name] : [path];
  };
  return { iptables: await called(iptables, "iptables"), restore: await called(restore, "iptables-restore") };
}
