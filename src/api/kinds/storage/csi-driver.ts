import type { Kind } from "../../kind.ts";
import { csidrivers } from "../../resources.ts";
import type { CSIDriver } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";

export const csiDriver: Kind<CSIDriver> = defineKind<CSIDriver>({
  type: csidrivers,
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
});
