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
    // Its generation is 1 for ever: all that says something is immutable.
    desiredState: () => undefined,
  },
});
