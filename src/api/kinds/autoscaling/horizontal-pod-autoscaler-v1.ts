import type { Kind } from "../../kind.ts";
import { horizontalpodautoscalers } from "../../resources.ts";
import type { HorizontalPodAutoscaler } from "../../types/autoscaling-v1.ts";
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV2 } from "../../types/autoscaling-v2.ts";
import { defineKind } from "../define-kind.ts";
import { validateAutoscaler, validateAutoscalerStatus } from "./autoscaler-validation.ts";
import { fromV2, toV2 } from "./horizontal-pod-autoscaler-conversion.ts";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";

/** The older shape of autoscaling/v2; its columns and rules are those of the newer. */
export const horizontalPodAutoscalerV1: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  type: horizontalpodautoscalers,
  shortNames: ["hpa"],
  categories: ["all"],
  storage: {
    group: horizontalPodAutoscaler.type.group,
    resource: horizontalPodAutoscaler.type.resource,
    toStored: toV2,
    fromStored: (stored) => fromV2(stored as HorizontalPodAutoscalerV2),
  },
  columns: horizontalPodAutoscaler.columns.map((column) => ({
    ...column,
    value: (object, context) => column.value(toV2(object), context),
  })),
  defaults({ spec }) {
    spec.minReplicas ??= 1;
  },
  strategy: {
    validate: (object, errors, old) => validateAutoscaler(toV2(object), errors, old && toV2(old)),
  },
  subresources: [
    {
      name: "status",
      validateUpdate: (object, old, errors) => validateAutoscalerStatus(toV2(object), toV2(old), errors),
    },
  ],
});
