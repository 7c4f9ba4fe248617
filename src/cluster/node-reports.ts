import type { NodeReports } from "../apiserver/node-reports.ts";
import type { NodeAgent } from "../node/node-agent.ts";

/** The API server's way to what the agents that run now tell about their nodes. */
export function nodeReports(agents: ReadonlyMap<string, NodeAgent>): NodeReports {
  return {
    usage: async (node) => await agents.get(node)?.usage(),
    page: async (node, path) => await agents.get(node)?.page(path),
  };
}
