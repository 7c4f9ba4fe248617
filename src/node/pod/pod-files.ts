import { mkdir, readFile, writeFile } from "node:fs/promises";

import type { Pod } from "../../api/types/core-v1.ts";
import type { PodDirectory } from "./pod-directory.ts";
import { kernelHostname, podHostname } from "./pod-hostname.ts";
import { hostNetworkHostsFile, podHostsFile } from "./pod-hosts-file.ts";
import { type ClusterDns, parseResolvConf, podResolvConf, resolvConfText } from "./resolv-conf.ts";

/** Writes the pod's own files in /etc. */
export async function writePodFiles(
  pod: Readonly<Pod>,
  ip: string,
  directory: PodDirectory,
  dns: ClusterDns,
): Promise<void> {
  const [hostsFile, resolvConf] = await Promise.all([
    pod.spec?.hostNetwork ? readFile("/etc/hosts", "utf8") : "",
    readFile("/etc/resolv.conf", "utf8").catch(() => ""),
    mkdir(directory.path, { recursive: true }),
  ]);
  const { hostname, domain } = podHostname(pod, dns.domain);
  const aliases = pod.spec?.hostAliases ?? [];
  const hosts = pod.spec?.hostNetwork
    ? hostNetworkHostsFile(hostsFile, aliases)
    : podHostsFile({ ip, hostname, domain, aliases });
  await Promise.all([
    writeFile(directory.hostsFile, hosts, { mode: 0o644 }),
    writeFile(directory.hostnameFile, `${kernelHostname(pod, dns.domain)}\n`, { mode: 0o644 }),
    writeFile(directory.resolvConfFile, resolvConfText(podResolvConf(pod, parseResolvConf(resolvConf), dns)), {
      mode: 0o644,
    }),
  ]);
}
