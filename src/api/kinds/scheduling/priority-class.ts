import type { Kind } from "../../kind.ts";
import { priorityclasses } from "../../resources.ts";
import type { PriorityClass } from "../../types/scheduling-v1.ts";
import { defineKind } from "../define-kind.ts";

export const priorityClass: Kind<PriorityClass> = defineKind<PriorityClass>({
  type: priorityclasses,
  shortNames: ["pc"],
});
