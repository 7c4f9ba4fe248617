import type { Container, EphemeralContainer, Pod, PodSpec, SecurityContext } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";

/** How a debugging container comes to what it debugs. */
export type DebugStyle = "ephemeral" | "copy" | "node";

/** What a copy keeps of the pod it was made of. */
export interface KeptParts {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

/** Changes the pod that debugs, and the named container in it, by what a profile allows. */
export type DebugProfile = (pod: Pod, container: string, style: DebugStyle, kept: KeptParts) => Pod;

/** The profiles of KEP-1441, as kubectl has them (kubectl/pkg/cmd/debug/profiles.go). */
const DEBUG_PROFILES: Readonly<Record<string, DebugProfile>> = {
  legacy(pod, container, style, kept) {
    if (style === "node") return onHost(withHostRoot(pod, container));
    return style === "copy" ? withoutParts(pod, { ...ALL_PARTS, ...kept, labels: false }, ["labels"]) : pod;
  },
  general(pod, container, style, kept) {
    if (style === "node") return onHost(withSecurity(withHostRoot(pod, container), container, () => undefined));
    const traced = withSecurity(style === "copy" ? withoutParts(pod, kept) : pod, container, adding("SYS_PTRACE"));
    return style === "copy" ? sharingProcesses(traced) : traced;
  },
  baseline(pod, container, style, kept) {
    const cleared = withSecurity(pod, container, () => undefined);
    return style === "copy" ? sharingProcesses(withoutParts(cleared, kept)) : cleared;
  },
  restricted(pod, container, style, kept) {
    const restricted = withSecurity(pod, container, () => ({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    }));
    return style === "copy" ? sharingProcesses(withoutParts(restricted, kept)) : restricted;
  },
  netadmin(pod, container, style, kept) {
    const admin = withSecurity(pod, container, adding("NET_ADMIN", "NET_RAW"));
    if (style === "node") return onHost(admin);
    return style === "copy" ? sharingProcesses(withoutParts(admin, kept)) : admin;
  },
  sysadmin(pod, container, style, kept) {
    const admin = withSecurity(pod, container, (security) => ({ ...security, privileged: true }));
    if (style === "node") return onHost(withHostRoot(admin, container));
    return style === "copy" ? sharingProcesses(withoutParts(admin, kept)) : admin;
  },
};

export function debugProfile(name: string): DebugProfile {
  const profile = Object.hasOwn(DEBUG_PROFILES, name) ? DEBUG_PROFILES[name] : undefined;
  if (!profile) throw new UserError(`unknown profile: ${name}`);
  return profile;
}

const ALL_PARTS: KeptParts = {
  labels: true,
  annotations: true,
  liveness: true,
  readiness: true,
  startup: true,
  initContainers: true,
};

const HOST_ROOT = "host-root";

const changed = (pod: Pod, change: (spec: PodSpec) => PodSpec): Pod =>
  pod.spec ? { ...pod, spec: change(pod.spec) } : pod;

function withHostRoot(pod: Pod, container: string): Pod {
  return changed(pod, (spec) => ({
    ...spec,
    volumes: [...(spec.volumes ?? []), { name: HOST_ROOT, hostPath: { path: "/" } }],
    containers: spec.containers.map((each) =>
      each.name === container
        ? { ...each, volumeMounts: [...(each.volumeMounts ?? []), { mountPath: "/host", name: HOST_ROOT }] }
        : each,
    ),
  }));
}

const onHost = (pod: Pod): Pod =>
  changed(pod, (spec) => ({ ...spec, hostNetwork: true, hostPID: true, hostIPC: true }));

const sharingProcesses = (pod: Pod): Pod =>
  changed(pod, (spec) => (spec.shareProcessNamespace === undefined ? { ...spec, shareProcessNamespace: true } : spec));

type SecurityChange = (security: SecurityContext | undefined) => SecurityContext | undefined;

const adding =
  (...capabilities: readonly string[]): SecurityChange =>
  (security) => ({
    ...security,
    capabilities: { ...security?.capabilities, add: [...(security?.capabilities?.add ?? []), ...capabilities] },
  });

function withSecurity(pod: Pod, name: string, change: SecurityChange): Pod {
  const inOne = <C extends Container | EphemeralContainer>(container: C): C => {
    if (container.name !== name) return container;
    const { securityContext, ...rest } = container;
    const wanted = change(securityContext);
    // The same container but for its security context.
    return (wanted === undefined ? rest : { ...rest, securityContext: wanted }) as C;
  };
  return changed(pod, (spec) => ({
    ...spec,
    containers: spec.containers.map(inOne),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(inOne) } : {}),
    ...(spec.ephemeralContainers ? { ephemeralContainers: spec.ephemeralContainers.map(inOne) } : {}),
  }));
}

/** Without probes a copy is not restarted under the debugger, and without labels no Service sends it anything. */
function withoutParts(
  pod: Pod,
  kept: KeptParts,
  only: readonly (keyof KeptParts)[] = ["labels", "annotations", "liveness", "readiness", "startup", "initContainers"],
): Pod {
  const drops = (part: keyof KeptParts): boolean => only.includes(part) && !kept[part];
  const { labels, annotations, ...metadata } = pod.metadata;
  const bare: Pod = {
    ...pod,
    metadata: {
      ...metadata,
      ...(labels && !drops("labels") ? { labels } : {}),
      ...(annotations && !drops("annotations") ? { annotations } : {}),
    },
  };
  return changed(bare, ({ initContainers, ...spec }) => ({
    ...spec,
    ...(initContainers && !drops("initContainers") ? { initContainers } : {}),
    containers: spec.containers.map(({ livenessProbe, readinessProbe, startupProbe, ...container }) => ({
      ...container,
      ...(livenessProbe && !drops("liveness") ? { livenessProbe } : {}),
      ...(readinessProbe && !drops("readiness") ? { readinessProbe } : {}),
      ...(startupProbe && !drops("startup") ? { startupProbe } : {}),
    })),
  }));
}
