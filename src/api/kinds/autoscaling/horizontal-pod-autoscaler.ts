import type { Kind } from "../../kind.ts";
import { horizontalpodautoscalersAutoscalingV2 } from "../../resources.ts";
import type { HorizontalPodAutoscaler } from "../../types/autoscaling-v2.ts";
import { defineKind } from "../define-kind.ts";

export const horizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  type: horizontalpodautoscalersAutoscalingV2,
  shortNames: ["hpa"],
  categories: ["all"],
  subresources: [{ name: "status" }],
});
