import type { UserInfo } from "../auth/user-info.ts";
import { hasForeseeableEnd, type Leave } from "../flow-control/flow-control.ts";
import { requestWidth } from "../flow-control/request-width.ts";
import type { RequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import type { HttpResponse } from "./http-request.ts";

interface Arrival {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly response: HttpResponse;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

/** Lets a request in when it is its turn, and tells the client by which rules. What is returned must be called when it is done. */
export function enterGate(context: ServerContext, arrival: Arrival): Leave | Promise<Leave> {
  const { flowControl } = context;
  const { user, info, response, signal } = arrival;
  const request = { user, info };
  const flow = flowControl.flowOf(request);
  const { uid = "" } = flow.schema.metadata;
  // The mandatory objects hold before they are stored, and have no uid then.
  if (uid !== "") response.setHeader("x-kubernetes-pf-flowschema-uid", uid);
  if (flow.level.uid !== "") response.setHeader("x-kubernetes-pf-prioritylevel-uid", flow.level.uid);
  if (!hasForeseeableEnd(info)) return NOTHING;
  const width = requestWidth(context, info, arrival.query);
  if (typeof width === "number") return flowControl.enter(flow, request, width, signal);
  return width.then((seats) => flowControl.enter(flow, request, seats, signal));
}

const NOTHING: Leave = () => undefined;
