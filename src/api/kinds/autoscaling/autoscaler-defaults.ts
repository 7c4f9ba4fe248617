import type { HorizontalPodAutoscalerSpec, HPAScalingRules } from "../../types/autoscaling-v2.ts";
import { DEFAULT_CPU_UTILIZATION } from "./horizontal-pod-autoscaler-conversion.ts";

/** Upstream's SetDefaults_HorizontalPodAutoscaler. */
export function autoscalerDefaults(spec: HorizontalPodAutoscalerSpec): void {
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    const target = { type: "Utilization", averageUtilization: DEFAULT_CPU_UTILIZATION };
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = { ...scaleUpRules(), ...given(spec.behavior.scaleUp) };
  spec.behavior.scaleDown = { ...scaleDownRules(), ...given(spec.behavior.scaleDown) };
}

const scaleUpRules = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
});

/** The window of stabilisation is the controller's own. */
const scaleDownRules = (): HPAScalingRules => ({
  selectPolicy: "Max",
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
});

function given(rules: HPAScalingRules | undefined): HPAScalingRules {
  return Object.fromEntries(Object.entries(rules ?? {}).filter(([, value]) => value !== undefined));
}
