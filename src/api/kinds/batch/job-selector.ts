import type { FieldErrors } from "../../field-errors.ts";
import { labelSelectorOf } from "../../label-selector.ts";
import type { Job } from "../../types/batch-v1.ts";

/** A Job selects its pods by labels that no other Job can have: its own uid. Each label has an older and a newer name. */
const UID_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"];
const NAME_LABELS = ["job-name", "batch.kubernetes.io/job-name"];
const SELECTED_LABEL = "batch.kubernetes.io/controller-uid";

/** Upstream's generateSelector; labels that the user chose stay, to be refused by validation. */
export function generateSelector({ metadata, spec }: Job): void {
  if (!spec || spec.manualSelector) return;
  const template = (spec.template.metadata ??= {});
  template.labels = { ...expectedLabels(metadata.uid, metadata.name), ...template.labels };
  spec.selector = {
    ...spec.selector,
    matchLabels: { [SELECTED_LABEL]: metadata.uid ?? "", ...spec.selector?.matchLabels },
  };
}

/** Of a Job whose selector is generated. */
export function validateGeneratedSelector({ metadata, spec }: Job, errors: FieldErrors): void {
  if (!spec?.selector || spec.manualSelector) return;
  if (!metadata.uid) errors.required("metadata.uid", "");
  const expected = expectedLabels(metadata.uid, metadata.name);
  const labels = spec.template.metadata?.labels;
  for (const [key, value] of Object.entries(expected)) {
    const path = "spec.template.metadata.labels";
    if (labels?.[key] === undefined) errors.required(`${path}[${key}]`, `must be '${value}'`);
    else if (labels[key] !== value) errors.invalid(`${path}[${key}]`, labels, `must be '${value}'`);
  }
  if (!labelSelectorOf(spec.selector).matches(expected)) {
    errors.invalid("spec.selector", spec.selector, "`selector` not auto-generated");
  }
}

/** In the order in which upstream checks them. */
function expectedLabels(uid = "", name = ""): Record<string, string> {
  const [oldUid = "", newUid = ""] = UID_LABELS;
  const [oldName = "", newName = ""] = NAME_LABELS;
  return { [oldUid]: uid, [oldName]: name, [newUid]: uid, [newName]: name };
}
