import type { ApiServer } from "../../apiserver/server.ts";
import type { Client } from "../../client/client.ts";
import { createClient } from "../../client/client.ts";
import { API_SERVER } from "../../controllers/controller.ts";

/** A part of the cluster as the API server sees it: by a name of its own, with the rights that this name has from the start. */
export function componentClient(apiServer: ApiServer, user: string, userAgent: string): Client {
  return createClient(apiServer.transport({ name: user, groups: groupsOf(user) }, userAgent));
}

/** The groups that a user is in because of who he is. */
export function groupsOf(user: string): readonly string[] {
  const account = /^system:serviceaccount:([^:]+):/.exec(user);
  if (account) return ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`, "system:authenticated"];
  // The API server asks nobody what it may do with itself.
  return user === API_SERVER ? ["system:masters", "system:authenticated"] : ["system:authenticated"];
}
