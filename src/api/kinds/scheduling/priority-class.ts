import { checkImmutable } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { priorityclasses } from "../../resources.ts";
import type { PriorityClass } from "../../types/scheduling-v1.ts";
import { nameColumn, ageColumn, text, integer, boolean } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const priorityClass: Kind<PriorityClass> = defineKind<PriorityClass>({
  type: priorityclasses,
  shortNames: ["pc"],
  columns: [
    nameColumn,
    integer("Value", ({ value }) => value ?? 0),
    boolean("Global-Default", ({ globalDefault }) => globalDefault ?? false),
    ageColumn,
    text("PreemptionPolicy", ({ preemptionPolicy }) => preemptionPolicy ?? ""),
  ],
  defaults(draft) {
    draft.preemptionPolicy ??= "PreemptLowerPriority";
  },
  strategy: {
    validate: validatePriorityClass,
    validateUpdate(object, old, errors) {
      if (object.value !== old.value) errors.forbidden("value", "may not be changed in an update.");
      checkImmutable(object.preemptionPolicy, old.preemptionPolicy, "preemptionPolicy", errors);
    },
    // Its generation is 1 for ever: all that says something is immutable.
    desiredState: () => undefined,
  },
});

const HIGHEST_OF_USERS = 1_000_000_000;
const SYSTEM_PREFIX = "system-";
const SYSTEM_VALUES: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

function validatePriorityClass(
  { metadata, value, globalDefault, preemptionPolicy }: PriorityClass,
  errors: FieldErrors,
): void {
  const { name = "" } = metadata;
  if (name.startsWith(SYSTEM_PREFIX)) {
    const problem = systemClassProblem(name, value ?? 0, globalDefault ?? false);
    const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
    if (problem !== undefined) errors.forbidden("metadata.name", detail);
  } else if ((value ?? 0) > HIGHEST_OF_USERS) {
    errors.forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`);
  }
  if (preemptionPolicy === "") errors.required("preemptionPolicy", "");
  else if (preemptionPolicy !== undefined && !["PreemptLowerPriority", "Never"].includes(preemptionPolicy)) {
    errors.notSupportedInOrder("preemptionPolicy", preemptionPolicy, ["PreemptLowerPriority", "Never"]);
  }
}

function systemClassProblem(name: string, value: number, isDefault: boolean): string | undefined {
  const known = SYSTEM_VALUES[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return isDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
