import { access } from "node:fs/promises";

import type { Logger } from "../../lib/logger.ts";
import type { Execute } from "../../network/services/netfilter-command.ts";

/** The address of a node, as long as it runs. */
export interface NodeAddress extends AsyncDisposable {
  readonly address: string;
}

const IP_PROGRAMS = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"];

/** An address that this host has anyway. */
export const presentAddress = (address: string): NodeAddress => ({
  address,
  [Symbol.asyncDispose]: async () => await Promise.resolve(),
});

/**
 * Several nodes on one machine are told apart by their addresses: each further one gets its own on the bridge of the pods. The first node has
 * the bridge's own, and so have all where this machine cannot be given more.
 */
export async function addNodeAddress(
  bridge: string,
  wanted: string,
  { bridgeAddress, execute, log }: { readonly bridgeAddress: string; readonly execute: Execute; readonly log: Logger },
): Promise<NodeAddress> {
  if (wanted === bridgeAddress) return presentAddress(bridgeAddress);
  const ip = await ipProgram();
  if (ip === undefined) return presentAddress(bridgeAddress);
  const { exitCode, stderr } = await execute([ip, "address", "replace", `${wanted}/32`, "dev", bridge], "");
  if (exitCode !== 0) {
    log.warn(
      `A node has the address ${bridgeAddress}, because ${wanted} cannot be added to ${bridge}: ${stderr.trim()}`,
    );
    return presentAddress(bridgeAddress);
  }
  return {
    address: wanted,
    async [Symbol.asyncDispose]() {
      // It may have gone with the bridge.
      await execute([ip, "address", "delete", `${wanted}/32`, "dev", bridge], "");
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
