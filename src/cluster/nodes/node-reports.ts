import type { NodeReports } from "../../apiserver/node-reports.ts";
import type { NodeFleet } from "./node-fleet.ts";

/** The API server's way to what the agents that run now tell about their nodes. */
export function nodeReports(fleet: NodeFleet): NodeReports {
  return {
    usage: async (node) => await fleet.agent(node)?.usage(),
    page: async (node, path) => await fleet.agent(node)?.page(path),
  };
}
