import type { Kind } from "../../kind.ts";
import { horizontalpodautoscalers } from "../../resources.ts";
import type { HorizontalPodAutoscaler } from "../../types/autoscaling-v1.ts";
import { defineKind } from "../define-kind.ts";

export const horizontalPodAutoscalerV1: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  type: horizontalpodautoscalers,
  shortNames: ["hpa"],
  categories: ["all"],
  subresources: [{ name: "status" }],
});
