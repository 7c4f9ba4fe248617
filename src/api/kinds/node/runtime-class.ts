import type { Kind } from "../../kind.ts";
import { runtimeclasses } from "../../resources.ts";
import type { RuntimeClass } from "../../types/node-v1.ts";
import { defineKind } from "../define-kind.ts";

export const runtimeClass: Kind<RuntimeClass> = defineKind<RuntimeClass>({
  type: runtimeclasses,
  strategy: {
    allowsUnconditionalUpdate: false,
    allowsCreateOnUpdate: true,
  },
});
