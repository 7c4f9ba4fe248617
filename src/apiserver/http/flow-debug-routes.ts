import type { FlowControl } from "../flow-control/flow-control.ts";
import { dumpPriorityLevels, dumpQueues, dumpRequests } from "../flow-control/flow-dump.ts";
import type { PathRoutes } from "./path-routes.ts";

const ROOT = "/debug/api_priority_and_fairness";

/** The state of priority and fairness, for people. */
export function addFlowDebugRoutes(app: PathRoutes, flowControl: FlowControl): void {
  app.get(`${ROOT}/dump_priority_levels`, (c) => c.text(dumpPriorityLevels(flowControl)));
  app.get(`${ROOT}/dump_queues`, (c) => c.text(dumpQueues(flowControl)));
  app.get(`${ROOT}/dump_requests`, (c) =>
    c.text(dumpRequests(flowControl, (c.get("query").get("includeRequestDetails") ?? "") !== "")),
  );
}
