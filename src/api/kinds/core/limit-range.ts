import type { Kind } from "../../kind.ts";
import { limitranges } from "../../resources.ts";
import type { LimitRange } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const limitRange: Kind<LimitRange> = defineKind<LimitRange>({
  type: limitranges,
  shortNames: ["limits"],
  strategy: {
    allowsCreateOnUpdate: true,
  },
});
