import { type ResolverReport, resolverReport } from "../../cluster/machine/resolver-report.ts";
import { type Check, type Finding, ok, warning } from "./check.ts";

export const dnsCheck: Check = {
  name: "dns",
  timeoutMs: 8000,
  probe: async () => dnsFinding(await resolverReport()),
};

/** A cluster works without either, so these are warnings. */
export function dnsFinding({ resolvers, localhostAddresses }: ResolverReport): Finding {
  if (resolvers.length === 0)
    return warning(
      "/etc/resolv.conf names no resolver: pods find no names outside the cluster",
      'Add one to it: echo "nameserver ADDRESS" | sudo tee -a /etc/resolv.conf',
    );
  const silent = resolvers.filter(({ answers }) => !answers).map(({ ip }) => ip);
  if (silent.length > 0)
    return warning(
      `${silent.join(", ")} of /etc/resolv.conf ${silent.length > 1 ? "do" : "does"} not answer: names outside the cluster are found late or not at all`,
      "Go online, or name other resolvers in /etc/resolv.conf",
    );
  const isLoopback = localhostAddresses.length > 0 && localhostAddresses.every((ip) => /^127\.|^::1$/.test(ip));
  if (!isLoopback)
    return warning(
      `Names below localhost ${localhostAddresses.length > 0 ? `lead to ${localhostAddresses.join(", ")}` : "are not found"}: browsers and curl know better, other programs cannot reach Ingresses by them`,
      "sudo apt-get install libnss-myhostname, or your system's way to install nss-myhostname",
    );
  return ok(`${resolvers.map(({ ip }) => ip).join(", ")} answer, and *.localhost is this machine`);
}
