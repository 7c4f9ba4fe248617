import { type NetfilterReport, netfilterReport } from "../../cluster/machine/netfilter-report.ts";
import { type Check, failure, type Finding, ok, skipped, warning } from "./check.ts";

export const netfilterCheck: Check = {
  name: "netfilter",
  timeoutMs: 12_000,
  async probe(patient) {
    if (!(await patient.runsContainers())) return skipped("Pods of this cluster only pretend to run");
    const config = await patient.cluster();
    return netfilterFinding(await netfilterReport(config?.proxyMode ?? "auto", patient.isRoot));
  },
};

export function netfilterFinding(report: NetfilterReport): Finding {
  const { mode, problems, forwards, hasBridgeNetfilter, isTried } = report;
  // Docker switches it on when it starts, so somebody switched it off again.
  if (forwards === false)
    return failure("The kernel does not forward packets to pods", "sudo sysctl -w net.ipv4.ip_forward=1");
  if (problems.length > 0)
    return warning(
      `Services would use the proxy mode ${mode}: ${problems.join("; ")}`,
      "sudo apt-get install nftables, or your system's way to install nft",
    );
  if (!hasBridgeNetfilter)
    return warning(
      "The kernel has no br_netfilter loaded: pods that call a neighbour through a Service are seen as the host",
      "sudo modprobe br_netfilter",
    );
  const doubt = isTried ? "" : " (its program is there; only root can try it)";
  return ok(`Services use the proxy mode ${mode}${doubt}; br_netfilter and ip_forward are on`);
}
