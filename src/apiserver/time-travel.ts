/**
 * What the owner of a local cluster has besides the API of Kubernetes: its past. The command line reaches it below /kube/history and
 * /kube/snapshots.
 */
export interface TimeTravel {
  /** How much is remembered, at most. */
  readonly keepMs: number;
  readonly keepBytes: number;
  /** Keeps the present state under a name. What cannot be done is an ApiError. */
  saveSnapshot(name: string): Promise<{ readonly revision: number; readonly entries: number }>;
}
