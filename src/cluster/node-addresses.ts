import { access } from "node:fs/promises";

import type { Logger } from "../lib/logger.ts";
import type { Execute } from "../network/services/netfilter-command.ts";

/** The addresses of a cluster's nodes, as long as it runs. */
export interface NodeAddresses extends AsyncDisposable {
  /** In the order of the nodes. All are the first one's where this machine cannot be given more. */
  readonly addresses: readonly string[];
}

const IP_PROGRAMS = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"];

/**
 * Several nodes on one machine are told apart by their addresses: each further one gets its own on the bridge of the pods. The first node has
 * the bridge's own.
 */
export async function addNodeAddresses(
  bridge: string,
  wanted: readonly string[],
  execute: Execute,
  log: Logger,
): Promise<NodeAddresses> {
  const [first = "", ...others] = wanted;
  const ip = others.length === 0 ? undefined : await ipProgram();
  const added: string[] = [];
  for (const address of others) {
    if (ip === undefined) break;
    const { exitCode, stderr } = await execute([ip, "address", "replace", `${address}/32`, "dev", bridge], "");
    if (exitCode !== 0) {
      log.warn(
        `All nodes have the address ${first}, because ${address} cannot be added to ${bridge}: ${stderr.trim()}`,
      );
      break;
    }
    added.push(address);
  }
  const isComplete = added.length === others.length;
  return {
    addresses: isComplete ? wanted : wanted.map(() => first),
    async [Symbol.asyncDispose]() {
      // They may have gone with the bridge.
      for (const address of added) await execute([ip ?? "", "address", "delete", `${address}/32`, "dev", bridge], "");
    },
  };
}

async function ipProgram(): Promise<string | undefined> {
  for (const path of IP_PROGRAMS) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
