import { apiError } from "../api/api-error.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { NodeConnection } from "../apiserver/node-connection.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { ContainerRuntime } from "../node/runtime/runtime.ts";
import { createNodeConnection } from "../node/streams/node-connection.ts";

/** The API server's way to whichever node a pod is on. */
export function nodeConnections(
  runtimes: ReadonlyMap<string, ContainerRuntime>,
  options: { readonly clock: Clock; readonly log: Logger },
): NodeConnection {
  const connections = new Map(
    [...runtimes].map(([node, runtime]) => [node, createNodeConnection({ runtime, ...options })]),
  );
  const connectionOf = ({ spec }: Pod): NodeConnection => {
    const node = spec?.nodeName ?? "";
    const connection = connections.get(node);
    if (!connection) throw apiError("NotFound", `no preferred addresses found; known addresses: []: node "${node}"`);
    return connection;
  };
  return {
    logs: async (pod, ...rest) => await connectionOf(pod).logs(pod, ...rest),
    exec: async (pod, ...rest) => await connectionOf(pod).exec(pod, ...rest),
    attach: async (pod, ...rest) => await connectionOf(pod).attach(pod, ...rest),
    portForward: async (pod, ...rest) => await connectionOf(pod).portForward(pod, ...rest),
  };
}
