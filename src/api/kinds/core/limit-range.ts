import type { Kind } from "../../kind.ts";
import { limitranges } from "../../resources.ts";
import type { LimitRangeItem } from "../../types/core-v1.ts";
import type { LimitRange } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";
import { validateLimitRange } from "./limit-range-validation.ts";

export const limitRange: Kind<LimitRange> = defineKind<LimitRange>({
  type: limitranges,
  shortNames: ["limits"],
  defaults({ spec }) {
    for (const item of spec?.limits ?? []) if (item.type === "Container") containerLimitDefaults(item);
  },
  strategy: {
    validate: validateLimitRange,
    allowsCreateOnUpdate: true,
  },
});

/** A limit without a default is its own default, and a default is also what is requested. */
function containerLimitDefaults(item: LimitRangeItem): void {
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}
