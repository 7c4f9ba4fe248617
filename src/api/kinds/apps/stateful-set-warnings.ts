import { at } from "../../field-errors.ts";
import type { StatefulSet } from "../../types/apps-v1.ts";
import { claimSpecWarnings } from "../core/claim-spec-warnings.ts";
import { templateOwnerWarnings } from "../template-owner-warnings.ts";

export function statefulSetWarnings(object: StatefulSet, old: StatefulSet | undefined): string[] {
  const { template, volumeClaimTemplates = [], revisionHistoryLimit = 0 } = object.spec ?? {};
  return [
    ...templateOwnerWarnings(object, old, template, "spec.template"),
    ...volumeClaimTemplates.flatMap(({ spec }, index) =>
      // The capital letter is upstream's.
      claimSpecWarnings(spec, `${at("spec.volumeClaimTemplates", index)}${old ? ".Spec" : ""}`),
    ),
    ...(revisionHistoryLimit < 0
      ? ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
      : []),
  ];
}
