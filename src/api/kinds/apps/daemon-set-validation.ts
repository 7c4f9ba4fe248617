import { checkImmutable, checkNotNegative } from "../../field-checks.ts";
import { FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { DaemonSet, DaemonSetSpec } from "../../types/apps-v1.ts";
import { validatePodTemplate } from "../core/pod-validation.ts";
import { checkAtMost100Percent, checkIntOrPercent, isNone } from "../int-or-percent.ts";
import { checkCollisionCount, checkCounts } from "../replica-counts.ts";
import { checkRunsForever, checkSelectsTemplate, isEmpty, selectorMatcher } from "../template-owner-validation.ts";

/** Upstream's ValidateDaemonSetSpec. */
export function validateDaemonSet({ spec }: DaemonSet, errors: FieldErrors): void {
  if (!spec) return;
  const found = new FieldErrors();
  validateLabelSelector(spec.selector, "spec.selector", found);
  errors.errors.push(...found.errors);
  if (found.isEmpty) checkSelectsTemplate(selectorMatcher(spec.selector), spec.template, "spec.template", errors);
  if (spec.selector && isEmpty(spec.selector)) {
    errors.invalid("spec.selector", spec.selector, "empty selector is invalid for daemonset");
  }
  validatePodTemplate(spec.template, "spec.template", errors);
  checkRunsForever(spec.template, "DaemonSet", "spec.template", errors);
  checkNotNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  validateUpdateStrategy(spec, errors);
  checkNotNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
}

const PATH = "spec.updateStrategy.rollingUpdate";

function validateUpdateStrategy({ updateStrategy = {} }: DaemonSetSpec, errors: FieldErrors): void {
  const { type = "", rollingUpdate } = updateStrategy;
  if (type === "OnDelete") return;
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  if (type !== "RollingUpdate") {
    // Upstream shows its internal type here.
    const shown = rollingUpdate ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null;
    const value = { Type: type, RollingUpdate: shown };
    return errors.notSupportedInOrder("spec.updateStrategy", value, ["RollingUpdate", "OnDelete"]);
  }
  if (!rollingUpdate) return errors.required(PATH, "");
  checkIntOrPercent(maxUnavailable, `${PATH}.maxUnavailable`, errors);
  checkIntOrPercent(maxSurge, `${PATH}.maxSurge`, errors);
  checkAtMost100Percent(maxUnavailable, `${PATH}.maxUnavailable`, errors);
  checkAtMost100Percent(maxSurge, `${PATH}.maxSurge`, errors);
  if (!isNone(maxUnavailable) && !isNone(maxSurge)) {
    errors.invalid(`${PATH}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero");
  } else if (isNone(maxUnavailable) && isNone(maxSurge)) {
    errors.required(`${PATH}.maxUnavailable`, "cannot be 0 when maxSurge is 0");
  }
}

export function validateDaemonSetUpdate({ spec }: DaemonSet, old: DaemonSet, errors: FieldErrors): void {
  checkImmutable(spec?.selector, old.spec?.selector, "spec.selector", errors);
}

export function validateDaemonSetStatus({ status }: DaemonSet, old: DaemonSet, errors: FieldErrors): void {
  const counts = [
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
  ] as const;
  checkCounts(status, counts, errors);
  checkCollisionCount(status, old.status, errors);
}

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

/** What apps/v1 keeps of a field of older versions: counts changes of the template, in an annotation. */
export function setTemplateGeneration(draft: DaemonSet, old: DaemonSet | undefined): void {
  const given = Number(draft.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const isChanged = old !== undefined && !semanticEqual(draft.spec?.template, old.spec?.template);
  const generation = old ? before + (isChanged ? 1 : 0) : Math.max(given || 0, 1);
  draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}
