import { readFile } from "node:fs/promises";

import { chooseProxyMode, type ProxyModeWish } from "../../network/open-traffic-rules.ts";
import { type Execute, executeDirectly } from "../../network/services/netfilter-command.ts";

/** How this machine would send traffic to pods, found out without changing anything. */
export interface NetfilterReport {
  readonly mode: string;
  /** Why better modes were passed over. */
  readonly problems: readonly string[];
  /** Undefined where the kernel has no such switch. */
  readonly forwards: boolean | undefined;
  /** Whether the kernel has br_netfilter, by which a pod sees who calls it through a Service. */
  readonly hasBridgeNetfilter: boolean;
  /** Only root may ask the kernel; for others only the programs were looked for. */
  readonly isTried: boolean;
}

/** Throws UserError when no mode, or not the one that is wished for, can be had. */
export async function netfilterReport(wish: ProxyModeWish, isRoot: boolean): Promise<NetfilterReport> {
  const [{ mode, problems }, forwarding, bridged] = await Promise.all([
    chooseProxyMode(wish, isRoot ? executeDirectly : believe),
    kernelSwitch("/proc/sys/net/ipv4/ip_forward"),
    kernelSwitch("/proc/sys/net/bridge/bridge-nf-call-iptables"),
  ]);
  return {
    mode,
    problems,
    forwards: forwarding === undefined ? undefined : forwarding !== "0",
    hasBridgeNetfilter: bridged !== undefined,
    isTried: isRoot,
  };
}

const believe: Execute = async () => await Promise.resolve({ exitCode: 0, stdout: "", stderr: "" });

const kernelSwitch = async (path: string): Promise<string | undefined> =>
  await readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
