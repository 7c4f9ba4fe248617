import { checkImmutable } from "../../field-checks.ts";
import { FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { dnsLabelProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { Job, JobSpec } from "../../types/batch-v1.ts";
import type { Container, PodSpec, PodTemplateSpec } from "../../types/core-v1.ts";
import { checkSelectsTemplate, selectorMatcher } from "../template-owner-validation.ts";
import { validateGeneratedSelector } from "./job-selector.ts";
import { validateJobSpec } from "./job-spec-validation.ts";

/** Upstream's ValidateJob. What an update cannot change is not looked at again. */
export function validateJob(job: Job, errors: FieldErrors, old?: Job): void {
  const { metadata, spec } = job;
  if (!spec) return;
  if (!old) validateGeneratedSelector(job, errors);
  validateJobSpec(spec, "spec", errors);
  validateSelector(spec, errors);
  if (old || spec.completionMode !== "Indexed" || !spec.completions) return;
  const lastHostname = `${metadata.name}-${spec.completions - 1}`;
  if (dnsLabelProblems(lastHostname).length > 0) {
    const detail = `will not able to create pod with invalid DNS label: ${lastHostname}`;
    errors.invalid("metadata.name", metadata.name, detail);
  }
}

function validateSelector({ selector, template }: JobSpec, errors: FieldErrors): void {
  const found = new FieldErrors();
  if (selector) validateLabelSelector(selector, "spec.selector", found);
  else errors.required("spec.selector", "");
  errors.errors.push(...found.errors);
  if (found.isEmpty) checkSelectsTemplate(selectorMatcher(selector), template, "spec.template", errors);
}

/** Upstream's ValidateJobSpecUpdate. */
export function validateJobUpdate({ spec }: Job, old: Job, errors: FieldErrors): void {
  if (!spec || !old.spec) return;
  validateCompletions(spec, old.spec, errors);
  checkImmutable(spec.selector, old.spec.selector, "spec.selector", errors);
  validateTemplateUpdate(spec.template, old, errors);
  for (const field of IMMUTABLE_FIELDS) checkImmutable(spec[field], old.spec[field], `spec.${field}`, errors);
}

const IMMUTABLE_FIELDS = [
  "completionMode",
  "podFailurePolicy",
  "backoffLimitPerIndex",
  "managedBy",
  "successPolicy",
] as const;

/** Indexed Jobs are elastic: they may grow and shrink as long as all indexes run at once. */
function validateCompletions(spec: JobSpec, old: JobSpec, errors: FieldErrors): void {
  const { completions, parallelism, completionMode } = spec;
  if (completionMode !== "Indexed") return checkImmutable(completions, old.completions, "spec.completions", errors);
  if (completions === undefined || completions === old.completions || completions === parallelism) return;
  errors.invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism");
}

/** The template of a Job that waits and has no pods may still change where they will run and what they get. */
function validateTemplateUpdate(template: PodTemplateSpec, old: Job, errors: FieldErrors): void {
  const { spec, status } = old;
  if (!spec) return;
  const isSuspended = status?.conditions?.some(({ type, status: is }) => type === "Suspended" && is === "True");
  const isChangeable = spec.suspend && (!status?.startTime || isSuspended) && !status?.active;
  if (!isChangeable) return checkImmutable(template, spec.template, "spec.template", errors);
  const allowed = withSchedulingOf(template.spec, spec.template.spec);
  const expected = allowed && template.spec ? withResourcesOf(template.spec, allowed) : allowed;
  // Upstream's path, with a dot in one of its parts.
  if (!semanticEqual(template.spec, expected)) checkImmutable(template.spec, expected, "spec.template.spec", errors);
}

function withSchedulingOf(wanted: PodSpec | undefined, old: PodSpec | undefined): PodSpec | undefined {
  if (!wanted || !old) return old;
  const { nodeAffinity: _, ...otherAffinity } = old.affinity ?? {};
  const nodeAffinity = wanted.affinity?.nodeAffinity;
  const affinity = nodeAffinity ? { ...otherAffinity, nodeAffinity } : otherAffinity;
  return {
    ...old,
    affinity: wanted.affinity || Object.keys(affinity).length > 0 ? affinity : undefined,
    nodeSelector: wanted.nodeSelector,
    tolerations: wanted.tolerations,
    schedulingGates: wanted.schedulingGates,
  };
}

function withResourcesOf(wanted: PodSpec, old: PodSpec): PodSpec {
  return {
    ...old,
    containers: withEachResources(wanted.containers, old.containers),
    initContainers: withEachResources(wanted.initContainers ?? [], old.initContainers ?? []),
  };
}

function withEachResources(wanted: readonly Container[], old: readonly Container[]): Container[] {
  if (wanted.length !== old.length) return [...old];
  return old.map((container, index) => {
    const other = wanted[index];
    return other?.name === container.name ? { ...container, resources: other.resources } : container;
  });
}
