import type { Kind } from "../../kind.ts";
import { endpoints as type } from "../../resources.ts";
import type { Endpoints } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const endpoints: Kind<Endpoints> = defineKind<Endpoints>({
  type,
  shortNames: ["ep"],
  strategy: {
    allowsCreateOnUpdate: true,
  },
});
