import { apiError } from "../../api/api-error.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { NodeConnection } from "../../apiserver/node-connection.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { createNodeConnection } from "../../node/streams/node-connection.ts";
import type { NodeFleet } from "./node-fleet.ts";

/** The API server's way to whichever node a pod is on. */
export function nodeConnections(
  fleet: NodeFleet,
  options: { readonly clock: Clock; readonly log: Logger },
): NodeConnection {
  const connectionOf = ({ spec }: Pod): NodeConnection => {
    const node = spec?.nodeName ?? "";
    const runtime = fleet.runtime(node);
    if (!runtime)
      throw apiError("InternalError", `error dialing backend: node ${JSON.stringify(node)} does not answer`);
    return createNodeConnection({ runtime, ...options });
  };
  return {
    logs: async (pod, ...rest) => await connectionOf(pod).logs(pod, ...rest),
    exec: async (pod, ...rest) => await connectionOf(pod).exec(pod, ...rest),
    attach: async (pod, ...rest) => await connectionOf(pod).attach(pod, ...rest),
    portForward: async (pod, ...rest) => await connectionOf(pod).portForward(pod, ...rest),
  };
}
