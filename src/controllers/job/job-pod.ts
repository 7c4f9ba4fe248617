import type { Job } from "../../api/types/batch-v1.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import { podFromTemplate } from "../replicas/pod-from-template.ts";

/** Keeps a pod until its result is in the Job's status, so that none is lost and none counts twice. */
export const TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking";

const INDEX = "batch.kubernetes.io/job-completion-index";
const INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
const INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

/** Generated names have five more characters. */
const LONGEST_PREFIX = 58;

export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === "Indexed";
export const completionsOf = ({ spec }: Job): number => spec?.completions ?? 0;
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING_FINALIZER) === true;

/** Which of a Job's indexes the pod is for. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[INDEX] ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** How often the index had failed before this pod. */
export const earlierFailures = ({ metadata }: Pod): number => Number(metadata.annotations?.[INDEX_FAILURES] ?? 0);

/** Whether pods are only replaced when they have failed, and not already when they are on their way out. */
export const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === "Failed" || spec?.podFailurePolicy !== undefined;

export const hasSucceeded = ({ status }: Pod): boolean => status?.phase === "Succeeded";

export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === "Failed") return true;
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod);
}

/** Failed, and not merely dismissed. */
export const isFailure = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === "Failed" || (isTracked(pod) && hasFailed(pod, job));

/** When it ended, as far as can be known. */
export function finishedAt({ metadata, status }: Pod): number {
  const ends = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].flatMap(
    ({ state }) => state?.terminated?.finishedAt ?? [],
  );
  const notReady = status?.conditions?.find(({ type, status: value }) => type === "Ready" && value === "False");
  const known =
    ends.length > 0
      ? ends
      : [notReady?.lastTransitionTime ?? metadata.deletionTimestamp ?? metadata.creationTimestamp ?? ""];
  return Math.max(...known.map((time) => Date.parse(time)));
}

export interface JobPodIdentity {
  readonly index: number;
  /** Only where the Job limits failures by index. */
  readonly earlierFailures: number | undefined;
}

/** A pod of the Job; `identity` for Jobs whose pods have indexes. */
export function jobPod(job: Job, identity: JobPodIdentity | undefined): Pod {
  const { metadata, spec, ...rest } = podFromTemplate(job.spec?.template ?? {}, job);
  const finalizers = [...new Set([...(metadata.finalizers ?? []), TRACKING_FINALIZER])];
  if (!identity) return { ...rest, metadata: { ...metadata, finalizers }, ...(spec ? { spec } : {}) };
  const index = String(identity.index);
  const { name = "" } = job.metadata;
  return {
    ...rest,
    metadata: {
      ...metadata,
      generateName: `${name.slice(0, LONGEST_PREFIX - index.length - 2)}-${index}-`,
      labels: { ...metadata.labels, [INDEX]: index },
      annotations: {
        ...metadata.annotations,
        [INDEX]: index,
        ...(identity.earlierFailures === undefined ? {} : { [INDEX_FAILURES]: String(identity.earlierFailures) }),
      },
      finalizers,
    },
    spec: {
      ...spec,
      containers: (spec?.containers ?? []).map(withIndexVariable),
      ...(spec?.initContainers ? { initContainers: spec.initContainers.map(withIndexVariable) } : {}),
      hostname: `${name}-${index}`,
    },
  };
}

function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
