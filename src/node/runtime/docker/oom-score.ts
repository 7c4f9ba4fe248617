const CAP_SYS_RESOURCE = 24n;

/**
 * The lowest OOM score the engine can give to a container. Below zero needs a capability that a rootless engine lacks, and an
 * engine inside a container or a small virtual machine may lack too: there every container that asks for one fails to start.
 *
 * @param initStatus `/proc/1/status`, which bounds what any process of this machine may have; undefined where there is none.
 */
export function lowestOomScore(securityOptions: readonly string[], initStatus: string | undefined): number {
  const isRootless = securityOptions.some((option) => option.split(",").includes("name=rootless"));
  const bound = /^CapBnd:\s*([0-9a-f]+)$/m.exec(initStatus ?? "")?.[1];
  const hasCapability = bound === undefined || ((BigInt(`0x${bound}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
  return isRootless || !hasCapability ? 0 : -1000;
}
