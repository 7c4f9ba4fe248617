import { badRequest } from "../../api/api-error.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerContext } from "../server-context.ts";
import { readPod, requireNode } from "./pod-target.ts";

/** Connections to ports inside a pod. */
export const portForward: Handlers = { create: forward, get: forward };

async function forward(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const pod = await readPod(context, request);
  requireNode(pod);
  const ports = request.query
    .getAll("ports")
    .flatMap((each) => each.split(","))
    .map(portNumber);
  return {
    form: "upgrade",
    session: {
      type: "port-forward",
      ports,
      connect: (port, signal) => context.nodeConnection.portForward(pod, port, signal),
    },
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badRequest(`unable to parse "${text}" as a port`);
  return port;
}
