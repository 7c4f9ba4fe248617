/**
 * Where a group stands among groups in discovery, and a version among those of its group: higher numbers come first. Built-in ones have theirs from
 * upstream (pkg/controlplane/apiserver/aggregator.go, cmd/kube-apiserver/app/aggregator.go); they are written into APIServices at a start.
 */
export interface DiscoveryPriority {
  readonly group: number;
  readonly version: number;
}

const BUILT_IN: Readonly<Record<string, readonly [group: number, version: number]>> = {
  v1: [18_000, 1],
  "apps/v1": [17_800, 15],
  "events.k8s.io/v1": [17_750, 15],
  "authentication.k8s.io/v1": [17_700, 15],
  "authorization.k8s.io/v1": [17_600, 15],
  "autoscaling/v1": [17_500, 15],
  "autoscaling/v2": [17_500, 30],
  "batch/v1": [17_400, 15],
  "certificates.k8s.io/v1": [17_300, 15],
  "networking.k8s.io/v1": [17_200, 15],
  "policy/v1": [17_100, 15],
  "rbac.authorization.k8s.io/v1": [17_000, 15],
  "storage.k8s.io/v1": [16_800, 15],
  "admissionregistration.k8s.io/v1": [16_700, 15],
  "apiextensions.k8s.io/v1": [16_700, 15],
  "scheduling.k8s.io/v1": [16_600, 15],
  "coordination.k8s.io/v1": [16_500, 15],
  "node.k8s.io/v1": [16_300, 15],
  "discovery.k8s.io/v1": [16_200, 15],
  "resource.k8s.io/v1": [16_200, 21],
  "flowcontrol.apiserver.k8s.io/v1": [16_100, 21],
};

/** Of a version that Kubernetes brings along. The group that registers all others is not registered itself. */
export function builtInPriority(apiVersion: string): DiscoveryPriority | undefined {
  const found = BUILT_IN[apiVersion];
  return found && { group: found[0], version: found[1] };
}

/** Before everything else, so that nobody can take its names. */
export const REGISTRATION_PRIORITY: DiscoveryPriority = { group: 20_001, version: 0 };

/** What users define comes after everything built in; its versions are ordered by their names. */
export const CUSTOM_PRIORITY: DiscoveryPriority = { group: 1000, version: 100 };

export const builtInApiVersions: readonly string[] = Object.keys(BUILT_IN);
