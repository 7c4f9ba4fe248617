import type { ObjectMeta } from "./meta-v1.ts";

/** Of one moment and the time before it. */
interface Measured {
  readonly timestamp: string;
  /** A duration as Go writes it: over how long the use of CPU was measured. */
  readonly window: string;
}

type Usage = Record<string, string>;

export interface NodeMetrics extends Measured {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  usage: Usage;
}

export interface PodMetrics extends Measured {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  containers: ContainerMetrics[];
}

export interface ContainerMetrics {
  name: string;
  usage: Usage;
}
