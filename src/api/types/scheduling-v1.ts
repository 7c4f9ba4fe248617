// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.
import type { ListMeta, ObjectMeta } from "./meta-v1.ts";

export interface PriorityClass {
  apiVersion: string;
  description?: string | undefined;
  globalDefault?: boolean | undefined;
  kind: string;
  metadata: ObjectMeta;
  preemptionPolicy?: "Never" | "PreemptLowerPriority" | (string & {}) | undefined;
  value?: number | undefined;
}

export interface PriorityClassList {
  apiVersion: string;
  items: PriorityClass[];
  kind: string;
  metadata: ListMeta;
}
