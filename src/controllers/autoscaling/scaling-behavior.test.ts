import { expect, test } from "bun:test";

import type { HPAScalingRules, HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import { limited, NO_MEMORY, type ScalingMemory, withChange } from "./scaling-behavior.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");

interface Case {
  readonly current: number;
  readonly proposed: number;
  readonly min?: number;
  readonly max?: number;
  readonly up?: HPAScalingRules;
  readonly down?: HPAScalingRules;
  /** Recommendations, by how many seconds ago. */
  readonly recommended?: Readonly<Record<number, number>>;
  readonly changed?: Readonly<Record<number, number>>;
}

function decide({ current, proposed, min = 1, max = 100, up, down, recommended = {}, changed = {} }: Case): string {
  const at = (seconds: string): number => NOW - Number(seconds) * 1000;
  let memory: ScalingMemory = {
    ...NO_MEMORY,
    recommendations: Object.entries(recommended).map(([ago, replicas]) => ({ replicas, atMs: at(ago) })),
  };
  for (const [ago, by] of Object.entries(changed)) memory = withChange(memory, by, at(ago));
  const behavior = up || down ? { scaleUp: up, scaleDown: down } : undefined;
  const autoscaler: HorizontalPodAutoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: {},
    spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: max, behavior },
  };
  const { replicas, ableToScale, scalingLimited } = limited(autoscaler, { current, proposed, min, max }, memory, NOW);
  return `${replicas} ${ableToScale.reason} ${scalingLimited.isLimited} ${scalingLimited.reason}`;
}

const rule = (type: string, value: number, parts: Partial<HPAScalingRules> = {}): HPAScalingRules => ({
  selectPolicy: "Max",
  stabilizationWindowSeconds: 0,
  policies: [{ type, value, periodSeconds: 60 }],
  ...parts,
});

test.each<[string, Case, string]>([
  ["as proposed", { current: 3, proposed: 5 }, "5 ReadyForNewScale false DesiredWithinRange"],
  ["no more than twice as many at once", { current: 3, proposed: 20 }, "6 ReadyForNewScale true ScaleUpLimit"],
  ["but at least four", { current: 1, proposed: 20 }, "4 ReadyForNewScale true ScaleUpLimit"],
  ["no more than the maximum", { current: 8, proposed: 20, max: 10 }, "10 ReadyForNewScale true TooManyReplicas"],
  ["no less than the minimum", { current: 3, proposed: 1, min: 2 }, "2 ReadyForNewScale true TooFewReplicas"],
  [
    "the highest of five minutes",
    { current: 8, proposed: 2, recommended: { 100: 6, 400: 9 } },
    "6 ScaleDownStabilized false DesiredWithinRange",
  ],
  [
    "as a percentage lets it grow",
    { current: 10, proposed: 50, up: rule("Percent", 50), down: rule("Percent", 100) },
    "15 ReadyForNewScale true ScaleUpLimit",
  ],
  [
    "as pods let it shrink, less what went just now",
    { current: 10, proposed: 1, down: rule("Pods", 4), changed: { 30: -3 } },
    "9 ReadyForNewScale true ScaleDownLimit",
  ],
  [
    "as the larger of two policies lets it",
    {
      current: 10,
      proposed: 50,
      up: rule("Pods", 4, {
        policies: [
          { type: "Pods", value: 4, periodSeconds: 60 },
          { type: "Percent", value: 10, periodSeconds: 60 },
        ],
      }),
    },
    "14 ReadyForNewScale true ScaleUpLimit",
  ],
  [
    "as the smaller of two policies lets it",
    {
      current: 10,
      proposed: 50,
      up: rule("Pods", 4, {
        selectPolicy: "Min",
        policies: [
          { type: "Pods", value: 4, periodSeconds: 60 },
          { type: "Percent", value: 10, periodSeconds: 60 },
        ],
      }),
    },
    "11 ReadyForNewScale true ScaleUpLimit",
  ],
  [
    "nothing where shrinking is disabled",
    { current: 10, proposed: 1, down: rule("Pods", 4, { selectPolicy: "Disabled" }) },
    "10 ReadyForNewScale true ScaleDownLimit",
  ],
  [
    "the lowest of the window when growing",
    {
      current: 2,
      proposed: 8,
      up: rule("Percent", 900, { stabilizationWindowSeconds: 60 }),
      recommended: { 30: 4, 90: 1 },
    },
    "4 ScaleUpStabilized false DesiredWithinRange",
  ],
])("an autoscaler wants %s", (_, wanted, expected) => {
  expect(decide(wanted)).toBe(expected);
});
