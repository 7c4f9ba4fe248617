import type { Kind } from "../../kind.ts";
import { bindings } from "../../resources.ts";
import type { Binding } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const binding: Kind<Binding> = defineKind<Binding>({
  type: bindings,
  verbs: ["create"],
});
