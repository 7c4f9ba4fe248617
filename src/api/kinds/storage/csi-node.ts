import type { Kind } from "../../kind.ts";
import { csinodes } from "../../resources.ts";
import type { CSINode } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";

export const csiNode: Kind<CSINode> = defineKind<CSINode>({
  type: csinodes,
  strategy: {
    allowsUnconditionalUpdate: false,
  },
});
