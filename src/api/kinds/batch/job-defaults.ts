import type { JobSpec } from "../../types/batch-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";

const NO_LIMIT = 2 ** 31 - 1;

/** Upstream's SetDefaults_Job. */
export function jobDefaults(spec: JobSpec, metadata: ObjectMeta): void {
  podTemplateDefaults(spec.template);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  // With a limit of its own for each index, there is none for the whole.
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : NO_LIMIT;
  const { labels } = spec.template.metadata ?? {};
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
  spec.manualSelector ??= false;
  for (const { onPodConditions = [] } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions) pattern.status ||= "True";
  }
}
