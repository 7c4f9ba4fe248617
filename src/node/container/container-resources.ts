import { podQos } from "../../api/pod-qos.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import { isSidecar } from "../pod/pod-state.ts";
import { milliAmount, type ResourceList, wholeAmount } from "../resource-amounts.ts";
import type { ContainerLimits, ContainerResources } from "../runtime/runtime.ts";

const SHARES_PER_CPU = 1024;
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;
const QUOTA_PERIOD_MICROSECONDS = 100_000;
const LEAST_QUOTA_MICROSECONDS = 1000;

/** The cgroup numbers of a container, by the kubelet's formulas (pkg/kubelet/cm/helpers_linux.go, pkg/kubelet/qos/policy.go). */
export function containerResources(
  pod: Readonly<Pod>,
  container: Container,
  memoryCapacityBytes: number,
): ContainerResources {
  return { ...containerLimits(pod, container), oomScoreAdj: oomScoreAdj(pod, container, memoryCapacityBytes) };
}

/** Those numbers that may change while the container runs. */
export function containerLimits(pod: Readonly<Pod>, container: Container): ContainerLimits {
  const { requests, limits } = container.resources ?? {};
  const podLimits = pod.spec?.resources?.limits;
  const cpuLimit = milliAmount(limits?.cpu ?? podLimits?.cpu);
  const memoryLimit = wholeAmount(limits?.memory ?? podLimits?.memory);
  return {
    cpuShares: cpuShares(milliAmount(requests?.cpu ?? limits?.cpu)),
    cpuQuota: cpuLimit === 0 ? undefined : cpuQuota(cpuLimit),
    memoryLimitBytes: memoryLimit === 0 ? undefined : memoryLimit,
  };
}

function cpuShares(milliCpus: number): number {
  const shares = Math.floor((milliCpus * SHARES_PER_CPU) / 1000);
  return Math.min(Math.max(shares, LEAST_SHARES), MOST_SHARES);
}

function cpuQuota(milliCpus: number): number {
  return Math.max(Math.floor((milliCpus * QUOTA_PERIOD_MICROSECONDS) / 1000), LEAST_QUOTA_MICROSECONDS);
}

const GUARANTEED_SCORE = -997;
const BEST_EFFORT_SCORE = 1000;
const NODE_CRITICAL_PRIORITY = 2_000_001_000;

/** How early the kernel kills the container when memory runs out: the less of it was asked for, the earlier. */
function oomScoreAdj(pod: Readonly<Pod>, container: Container, memoryCapacityBytes: number): number {
  if ((pod.spec?.priority ?? 0) >= NODE_CRITICAL_PRIORITY) return GUARANTEED_SCORE;
  const qos = podQos(pod);
  if (qos === "Guaranteed") return GUARANTEED_SCORE;
  if (qos === "BestEffort") return BEST_EFFORT_SCORE;
  const score = burstableScore(pod, container, memoryCapacityBytes);
  return Math.min(Math.max(score, 1000 + GUARANTEED_SCORE), BEST_EFFORT_SCORE - 1);
}

function burstableScore(pod: Readonly<Pod>, container: Container, memoryCapacityBytes: number): number {
  const scoreOf = (memoryBytes: number): number => 1000 - Math.floor((1000 * memoryBytes) / memoryCapacityBytes);
  const extra = memoryBeyondContainers(pod);
  const own = scoreOf(memoryRequest(container) + extra);
  if (!isSidecar(container)) return own;
  // A sidecar must not die before the containers it serves.
  const least = Math.min(...(pod.spec?.containers ?? []).map(memoryRequest));
  return Math.min(own, scoreOf(least + extra));
}

/** What the pod as a whole asks for beyond its containers, shared out evenly among them. */
function memoryBeyondContainers({ spec }: Readonly<Pod>): number {
  const podRequest = wholeAmount(spec?.resources?.requests?.memory);
  if (podRequest === 0) return 0;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter(isSidecar)];
  const rest = podRequest - containers.reduce((sum, container) => sum + memoryRequest(container), 0);
  return rest <= 0 || containers.length === 0 ? 0 : Math.floor(rest / containers.length);
}

const memoryRequest = (container: Container): number => wholeAmount(requestsOf(container).memory);
const requestsOf = (container: Container): ResourceList => container.resources?.requests ?? {};
