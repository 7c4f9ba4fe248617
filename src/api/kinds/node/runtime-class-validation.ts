import { checkDnsLabel, checkImmutable } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { validateLabels } from "../../label-selector.ts";
import type { Toleration } from "../../types/core-v1.ts";
import type { RuntimeClass } from "../../types/node-v1.ts";
import { validateOverhead } from "../core/pod/resource-validation.ts";
import { validateTolerations } from "../core/toleration-validation.ts";

/** Upstream's ValidateRuntimeClass, of which updates pass only what is said of the handler. */
export function validateRuntimeClass(
  { handler, overhead, scheduling }: RuntimeClass,
  errors: FieldErrors,
  old?: RuntimeClass,
): void {
  if (!handler) errors.required("handler", "");
  else checkDnsLabel(handler, "handler", errors);
  if (old) return;
  if (overhead) validateOverhead(overhead.podFixed ?? {}, "overhead", errors);
  if (!scheduling) return;
  if (scheduling.nodeSelector) validateLabels(scheduling.nodeSelector, "scheduling.nodeSelector", errors);
  validateTolerations(scheduling.tolerations, "scheduling.tolerations", errors);
  checkDifferent(scheduling.tolerations ?? [], "scheduling.tolerations", errors);
}

export function validateRuntimeClassUpdate({ handler }: RuntimeClass, old: RuntimeClass, errors: FieldErrors): void {
  checkImmutable(handler, old.handler, "handler", errors);
}

function checkDifferent(tolerations: readonly Toleration[], path: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  tolerations.forEach((toleration, index) => {
    const { key = "", operator = "", value = "", effect = "", tolerationSeconds = null } = toleration;
    const id = [key, operator, value, effect].join("\n");
    if (seen.has(id)) {
      const shown = {
        Key: key,
        Operator: operator,
        Value: value,
        Effect: effect,
        TolerationSeconds: tolerationSeconds,
      };
      errors.duplicate(at(path, index), shown);
    }
    seen.add(id);
  });
}
