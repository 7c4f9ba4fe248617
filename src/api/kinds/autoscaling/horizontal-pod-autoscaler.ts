import type { Kind } from "../../kind.ts";
import { horizontalpodautoscalersAutoscalingV2 } from "../../resources.ts";
import type { HorizontalPodAutoscaler } from "../../types/autoscaling-v2.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { autoscalerDefaults } from "./autoscaler-defaults.ts";
import { validateAutoscaler, validateAutoscalerStatus } from "./autoscaler-validation.ts";
import { withoutCarried } from "./horizontal-pod-autoscaler-conversion.ts";
import { metricsText } from "./metrics-text.ts";

export const horizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  type: horizontalpodautoscalersAutoscalingV2,
  shortNames: ["hpa"],
  categories: ["all"],
  columns: [
    nameColumn,
    text("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
    text("Targets", ({ spec, status }) => metricsText(spec.metrics, status?.currentMetrics)),
    text("MinPods", ({ spec }) => String(spec.minReplicas ?? "<unset>")),
    text("MaxPods", ({ spec }) => spec.maxReplicas),
    text("Replicas", ({ status }) => status?.currentReplicas ?? 0),
    ageColumn,
  ],
  defaults: ({ spec }) => autoscalerDefaults(spec),
  strategy: { prepareCreate: dropCarried, prepareUpdate: dropCarried, validate: validateAutoscaler },
  subresources: [{ name: "status", validateUpdate: validateAutoscalerStatus }],
});

function dropCarried(draft: HorizontalPodAutoscaler): void {
  draft.metadata = withoutCarried(draft.metadata);
}
