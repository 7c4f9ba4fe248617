import type { HostAlias } from "../../api/types/core-v1.ts";

/** /etc/hosts of a pod with its own network. */
export function podHostsFile(pod: {
  readonly ip: string;
  readonly hostname: string;
  readonly domain: string;
  readonly aliases: readonly HostAlias[];
}): string {
  const names = pod.domain === "" ? pod.hostname : `${pod.hostname}.${pod.domain}\t${pod.hostname}`;
  return [
    "# Kubernetes-managed hosts file.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
    `${pod.ip}\t${names}`,
    aliasLines(pod.aliases),
  ].join("\n");
}

/** /etc/hosts of a pod on the host's network: the host's, and the pod's aliases. */
export function hostNetworkHostsFile(hostsFile: string, aliases: readonly HostAlias[]): string {
  return `# Kubernetes-managed hosts file (host network).\n${hostsFile}${aliasLines(aliases)}`;
}

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return "";
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}
