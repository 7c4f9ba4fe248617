/** What no pod may do that is not trusted: the baseline of the pod security standards (pod-security-admission/policy). */
import type { SELinuxOptions } from "../../../api/types/core-v1.ts";
import {
  type Check,
  type CheckedContainer,
  type CheckedPod,
  type CheckPod,
  containersOf,
  named,
  plural,
  quotedList,
  settersOf,
  sortedSet,
  unlessUserNamespace,
} from "./check.ts";

const APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/";

const CAPABILITIES: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

export const isSafeProfile = (type: string | undefined): boolean => type === "RuntimeDefault" || type === "Localhost";

const appArmor: CheckPod = (pod) => {
  const own = pod.spec.securityContext?.appArmorProfile;
  const isPodBad = own !== undefined && !isSafeProfile(own.type);
  const bad = containersOf(pod).filter(({ securityContext }) => {
    const profile = securityContext?.appArmorProfile;
    return profile !== undefined && !isSafeProfile(profile.type);
  });
  const annotations = Object.entries(pod.metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APP_ARMOR_ANNOTATION) && !isSafeAppArmor(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .toSorted();
  const values = [
    ...sortedSet([
      ...(isPodBad ? [own.type] : []),
      ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ""),
    ]),
    ...annotations,
  ];
  if (values.length === 0) return undefined;
  const setters = [settersOf(isPodBad, bad), annotations.length > 0 ? plural(annotations.length, "annotation") : ""];
  return {
    reason: plural(values.length, "forbidden AppArmor profile"),
    detail: `${setters.filter((each) => each !== "").join(" and ")} must not set AppArmor profile type to ${quotedList(values)}`,
  };
};

const isSafeAppArmor = (value: string): boolean =>
  value === "" || value === "runtime/default" || value.startsWith("localhost/");

const capabilities: CheckPod = (pod) => {
  const extra = ({ securityContext }: CheckedContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((each) => !CAPABILITIES.has(each));
  const bad = containersOf(pod).filter((container) => extra(container).length > 0);
  if (bad.length === 0) return undefined;
  return {
    reason: "non-default capabilities",
    detail: `${named(bad)} must not include ${quotedList(sortedSet(bad.flatMap(extra)))} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: CheckPod = ({ spec }) => {
  const used = [
    ...(spec.hostNetwork ? ["hostNetwork=true"] : []),
    ...(spec.hostPID ? ["hostPID=true"] : []),
    ...(spec.hostIPC ? ["hostIPC=true"] : []),
  ];
  return used.length === 0 ? undefined : { reason: "host namespaces", detail: used.join(", ") };
};

const hostPaths: CheckPod = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (bad.length === 0) return undefined;
  return { reason: "hostPath volumes", detail: `${plural(bad.length, "volume")} ${quotedList(bad)}` };
};

const hostPorts: CheckPod = (pod) => {
  const portsOf = ({ ports = [] }: CheckedContainer): readonly string[] =>
    ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const bad = containersOf(pod).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sortedSet(bad.flatMap(portsOf));
  return {
    reason: "hostPort",
    detail: `${named(bad)} ${plural(bad.length, "uses", "use")} ${plural(ports.length, "hostPort")} ${ports.join(", ")}`,
  };
};

const hostProbes: CheckPod = (pod) => {
  const bad = containersOf(pod).filter((container) => handlerHosts(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = sortedSet(bad.flatMap(handlerHosts));
  const names = sortedSet(bad.map(({ name }) => name)).map((name) => ({ name }));
  return {
    reason: "probe or lifecycle host",
    detail: `${named(names)} ${plural(names.length, "uses", "use")} ${plural(hosts.length, "probe or lifecycle host")} ${quotedList(hosts)}`,
  };
};

/** Hosts other than the pod itself that probes and hooks of a container go to. */
function handlerHosts(container: CheckedContainer): readonly string[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap((handler) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].flatMap((host) => host || []),
  );
}

const privileged: CheckPod = (pod) => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged);
  if (bad.length === 0) return undefined;
  return { reason: "privileged", detail: `${named(bad)} must not set securityContext.privileged=true` };
};

export const procMount: CheckPod = (pod) => {
  const mountOf = ({ securityContext }: CheckedContainer): string => securityContext?.procMount ?? "Default";
  const bad = containersOf(pod).filter((container) => mountOf(container) !== "Default");
  if (bad.length === 0) return undefined;
  return {
    reason: "procMount",
    detail: `${named(bad)} must not set securityContext.procMount to ${quotedList(sortedSet(bad.map(mountOf)))}`,
  };
};

const seLinux =
  (types: readonly string[]): CheckPod =>
  (pod) => {
    const isBad = (options: SELinuxOptions | undefined): boolean =>
      options !== undefined && (!types.includes(options.type ?? "") || Boolean(options.user) || Boolean(options.role));
    const own = pod.spec.securityContext?.seLinuxOptions;
    const bad = containersOf(pod).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    const all = [...(isBad(own) ? [own] : []), ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)];
    if (all.length === 0) return undefined;
    const badTypes = sortedSet(all.map((each) => each?.type ?? "").filter((type) => !types.includes(type)));
    const parts = [
      ...(badTypes.length > 0 ? [`${plural(badTypes.length, "type")} ${quotedList(badTypes)}`] : []),
      ...(all.some((each) => each?.user) ? ["user may not be set"] : []),
      ...(all.some((each) => each?.role) ? ["role may not be set"] : []),
    ];
    return {
      reason: "seLinuxOptions",
      detail: `${settersOf(isBad(own), bad)} set forbidden securityContext.seLinuxOptions: ${parts.join("; ")}`,
    };
  };

const seccompAnnotations: CheckPod = (pod) => {
  const annotations = pod.metadata.annotations ?? {};
  const keys = [SECCOMP_POD_ANNOTATION, ...containersOf(pod).map(({ name }) => SECCOMP_CONTAINER_ANNOTATION + name)];
  const bad = sortedSet(
    keys.flatMap((key) => {
      const value = annotations[key];
      return value === undefined || isSafeSeccomp(value) ? [] : [`${key}=${JSON.stringify(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  return { reason: "seccompProfile", detail: `forbidden ${plural(bad.length, "annotation")} ${bad.join(", ")}` };
};

const isSafeSeccomp = (value: string): boolean =>
  value === "runtime/default" || value === "docker/default" || value.startsWith("localhost/");

const seccompFields: CheckPod = (pod) => {
  const own = pod.spec.securityContext?.seccompProfile;
  const isPodBad = own !== undefined && !isSafeProfile(own.type);
  const bad = badSeccompContainers(pod);
  if (!isPodBad && bad.length === 0) return undefined;
  return { reason: "seccompProfile", detail: seccompDetail(pod, isPodBad, bad) };
};

/** Containers whose own profile switches filtering off. */
export const badSeccompContainers = (pod: CheckedPod): readonly CheckedContainer[] =>
  containersOf(pod).filter(({ securityContext }) => {
    const profile = securityContext?.seccompProfile;
    return profile !== undefined && !isSafeProfile(profile.type);
  });

export function seccompDetail(pod: CheckedPod, isPodBad: boolean, bad: readonly CheckedContainer[]): string {
  const values = sortedSet([
    ...(isPodBad ? [pod.spec.securityContext?.seccompProfile?.type ?? ""] : []),
    ...bad.map(({ securityContext }) => securityContext?.seccompProfile?.type ?? ""),
  ]);
  return `${settersOf(isPodBad, bad)} must not set securityContext.seccompProfile.type to ${quotedList(values)}`;
}

const SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
];
const SYSCTLS_27 = [...SYSCTLS, "net.ipv4.ip_local_reserved_ports"];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];
const SYSCTLS_32 = [...SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

const sysctls =
  (allowed: readonly string[]): CheckPod =>
  ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: "forbidden sysctls", detail: bad.join(", ") };
  };

const windowsHostProcess: CheckPod = (pod) => {
  const isPodBad = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  if (!isPodBad && bad.length === 0) return undefined;
  return {
    reason: "hostProcess",
    detail: `${settersOf(isPodBad, bad)} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];

/** In the order of their ids, in which they are reported. */
export const BASELINE_CHECKS: readonly Check[] = [
  { id: "appArmorProfile", versions: [[0, appArmor]] },
  { id: "capabilities_baseline", versions: [[0, capabilities]] },
  { id: "hostNamespaces", versions: [[0, hostNamespaces]] },
  { id: "hostPathVolumes", versions: [[0, hostPaths]] },
  { id: "hostPorts", versions: [[0, hostPorts]] },
  { id: "hostProbesAndHostLifecycle", versions: [[34, hostProbes]] },
  { id: "privileged", versions: [[0, privileged]] },
  {
    id: "procMount",
    versions: [
      [0, procMount],
      [35, unlessUserNamespace(procMount)],
    ],
  },
  {
    id: "seLinuxOptions",
    versions: [
      [0, seLinux(SELINUX_TYPES)],
      [31, seLinux([...SELINUX_TYPES, "container_engine_t"])],
    ],
  },
  {
    id: "seccompProfile_baseline",
    versions: [
      [0, seccompAnnotations],
      [19, seccompFields],
    ],
  },
  {
    id: "sysctls",
    versions: [
      [0, sysctls(SYSCTLS)],
      [27, sysctls(SYSCTLS_27)],
      [29, sysctls(SYSCTLS_29)],
      [32, sysctls(SYSCTLS_32)],
    ],
  },
  { id: "windowsHostProcess", versions: [[0, windowsHostProcess]] },
];
