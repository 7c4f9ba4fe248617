import type { Pod } from "../../api/types/core-v1.ts";
import type { PodRejection } from "./pod-admission.ts";

/** Those that a pod may set without harm to others (pkg/kubelet/sysctl/safe_sysctls.go). */
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

/** Why a node does not set what a pod asks of the kernel. */
export function sysctlRejection({ spec }: Readonly<Pod>): PodRejection | undefined {
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    const problem = sysctlProblem(name.replaceAll("/", "."), spec);
    if (problem !== undefined) return { reason: "SysctlForbidden", message: `forbidden sysctl: ${problem}` };
  }
  return undefined;
}

function sysctlProblem(name: string, spec: Pod["spec"]): string | undefined {
  const quoted = JSON.stringify(name);
  if (!SAFE_SYSCTLS.has(name)) return `${quoted} not allowlisted`;
  if (name.startsWith("net.") && spec?.hostNetwork) return `${quoted} not allowed with host net enabled`;
  if (name.startsWith("kernel.") && spec?.hostIPC) return `${quoted} not allowed with host ipc enabled`;
  return undefined;
}
