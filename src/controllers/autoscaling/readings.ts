/** What was measured for one metric of an autoscaler. Amounts are thousandths, as upstream counts them. */
export type Reading =
  /** By the name of the pod. */
  | { readonly kind: "pods"; readonly byPod: Readonly<Record<string, PodReading>> }
  /** Of an object, or the sum of what comes from outside. */
  | { readonly kind: "value"; readonly milliValue: number }
  | { readonly kind: "failed"; readonly problem: string };

export interface PodReading {
  readonly milliValue: number;
  readonly timestamp: string;
  readonly windowMs: number;
}
