import type { Kind } from "../../kind.ts";
import { csinodes } from "../../resources.ts";
import type { CSINode } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validateCsiNode, validateCsiNodeUpdate } from "./csi-node-validation.ts";

export const csiNode: Kind<CSINode> = defineKind<CSINode>({
  type: csinodes,
  columns: [nameColumn, integer("Drivers", ({ spec }) => spec.drivers?.length ?? 0), ageColumn],
  strategy: {
    validate: validateCsiNode,
    validateUpdate: validateCsiNodeUpdate,
    returnsDeletedObject: true,
    allowsUnconditionalUpdate: false,
  },
});
