import type { Pod } from "../api/types/core-v1.ts";
import { claimKeysOf } from "../api/volume-claims.ts";
import { podAffinity, type PodAffinity } from "./pod-affinity.ts";
import { assumedUse, requestsOf, type Resources } from "./resources.ts";

/** A port of the node that a pod takes. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** What is asked about a pod again and again, worked out once. */
export interface PodFacts {
  readonly pod: Pod;
  readonly uid: string;
  readonly requests: Resources;
  readonly assumedUse: Pick<Resources, "milliCpu" | "memoryBytes">;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: PodAffinity | undefined;
  /** `namespace/name` of the claims it draws from. */
  readonly claimKeys: readonly string[];
}

export const priorityOf = ({ pod }: PodFacts): number => pod.spec?.priority ?? 0;

export const ANY_ADDRESS = "0.0.0.0";

export function podFacts(pod: Pod): PodFacts {
  const requests = requestsOf(pod);
  return {
    pod,
    uid: pod.metadata.uid ?? "",
    requests,
    assumedUse: assumedUse(pod, requests),
    hostPorts: hostPortsOf(pod),
    affinity: podAffinity(pod),
    claimKeys: claimKeysOf(pod),
  };
}

function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol = "TCP" }) =>
      hostPort ? [{ ip: hostIP || ANY_ADDRESS, protocol, port: hostPort }] : [],
    ),
  );
}
