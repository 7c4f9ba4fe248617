import type { JsonValue } from "../lib/json/json-value.ts";

/**
 * A running local cluster as its owner changes it. This is no part of Kubernetes: the command line reaches it below /kube. What cannot be
 * done is an ApiError.
 */
export interface ClusterControl {
  /** Takes up settings, by their names in a configuration file: resolves when they hold. */
  change(settings: JsonValue): Promise<void>;
  /** Freezes every container, and nothing is decided any more; the API still answers. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
}
