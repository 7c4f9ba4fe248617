import type { Kind } from "../../kind.ts";
import { runtimeclasses } from "../../resources.ts";
import type { RuntimeClass } from "../../types/node-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validateRuntimeClass, validateRuntimeClassUpdate } from "./runtime-class-validation.ts";

export const runtimeClass: Kind<RuntimeClass> = defineKind<RuntimeClass>({
  type: runtimeclasses,
  columns: [nameColumn, text("Handler", ({ handler }) => handler), ageColumn],
  strategy: {
    validate: validateRuntimeClass,
    validateUpdate: validateRuntimeClassUpdate,
    allowsUnconditionalUpdate: false,
    allowsCreateOnUpdate: true,
  },
});
