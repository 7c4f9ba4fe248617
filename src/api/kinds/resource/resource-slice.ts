import type { Kind } from "../../kind.ts";
import { resourceslices } from "../../resources.ts";
import type { ResourceSlice } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const resourceSlice: Kind<ResourceSlice> = defineKind<ResourceSlice>({
  type: resourceslices,
  columns: [
    nameColumn,
    text("Node", ({ spec }) => spec.nodeName ?? ""),
    text("Driver", ({ spec }) => spec.driver),
    text("Pool", ({ spec }) => spec.pool.name),
    ageColumn,
  ],
  selectableFields: {
    fields: { "spec.nodeName": ({ spec }) => spec.nodeName ?? "", "spec.driver": ({ spec }) => spec.driver },
    refusal: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
  },
  strategy: {
    desiredState: ({ spec }) => spec,
  },
});
