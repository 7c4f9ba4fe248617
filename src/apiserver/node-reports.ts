/**
 * What the API server asks of nodes about themselves: what their pods use, and what a kubelet tells over HTTP. As with NodeConnection, the
 * cluster joins it to the node agents. A node that does not answer, or that there is not, is undefined.
 */
export interface NodeReports {
  usage(node: string, signal: AbortSignal): Promise<NodeUsage | undefined>;
  /** What the kubelet's own HTTP server would answer to GET of that path and query. */
  page(node: string, path: string, signal: AbortSignal): Promise<NodePage | undefined>;
}

/** CPU over a while, memory at its end. */
export interface Measured {
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
  /** When the while ended. */
  readonly timestamp: string;
  /** How long it was, as Go writes a duration. */
  readonly window: string;
}

export interface NodeUsage extends Measured {
  readonly containers: readonly ContainerUsage[];
}

export interface ContainerUsage extends Measured {
  readonly podUid: string;
  readonly name: string;
}

interface NodePage {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string | ReadableStream<Uint8Array>;
}
