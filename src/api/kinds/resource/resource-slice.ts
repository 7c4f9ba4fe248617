import { timestamp } from "../../../lib/time/clock.ts";
import type { WriteContext } from "../../kind.ts";
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
    withoutNamespace: true,
    refusal: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
  },
  defaults({ spec }) {
    for (const { nodeAllocatableResourceMappings = {} } of spec.devices ?? []) {
      for (const mapping of Object.values(nodeAllocatableResourceMappings)) mapping.allocationMultiplier ??= "1";
    }
  },
  strategy: {
    prepareCreate: stampTaints,
    prepareUpdate: (draft, _old, context) => stampTaints(draft, context),

    returnsDeletedObject: true,
    desiredState: ({ spec }) => spec,
  },
});

function stampTaints({ spec }: ResourceSlice, { now }: WriteContext): void {
  for (const { taints = [] } of spec.devices ?? []) for (const taint of taints) taint.timeAdded ??= timestamp(now);
}
