/**
 * The nodes of a local cluster as its owner adds and removes them. This is no part of Kubernetes, whose clusters get their nodes from
 * elsewhere: the command line reaches it below /kube/nodes, and the cluster joins it to its agents. What cannot be done is an ApiError.
 */
export interface NodePool {
  list(): readonly PoolNode[];
  /** Resolves with the names of the new nodes when they are Ready. */
  add(count: number): Promise<readonly string[]>;
  /** Moves the pods away, and removes the node with all it had. */
  remove(name: string): Promise<void>;
  /** As if the machine were switched off: nobody tells the API. */
  stop(name: string): Promise<void>;
  start(name: string): Promise<void>;
}

export interface PoolNode {
  readonly name: string;
  readonly state: "Running" | "Stopped";
  readonly podRange: string;
}
