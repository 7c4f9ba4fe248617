import { badRequest } from "../../api/api-error.ts";
import type { PodPortForwardOptions } from "../../api/types/core-v1.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerContext } from "../server-context.ts";
import { connectionOptions, requireCreate } from "./connection-options.ts";
import { readPod, requireNode } from "./pod-target.ts";

/** Connections to ports inside a pod. */
export const portForward: Handlers = { create: forward, get: forward };

async function forward(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const { ports = [] } = await connectionOptions<PodPortForwardOptions>(context, request);
  await requireCreate(context, request);
  const pod = await readPod(context, request);
  requireNode(pod);
  return {
    form: "upgrade",
    session: {
      type: "port-forward",
      ports: ports.map(checkedPort),
      connect: (port, signal) => context.nodeConnection.portForward(pod, port, signal),
    },
  };
}

function checkedPort(port: number): number {
  if (port < 1 || port > 65_535) throw badRequest(`unable to parse "${port}" as a port`);
  return port;
}
