import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";

import { UserError } from "../../lib/user-error.ts";
import { type Check, failure, type Finding, ok, skipped } from "./check.ts";

export const permissionsCheck: Check = {
  name: "permissions",
  timeoutMs: 5000,
  async probe(patient) {
    if (!(await patient.runsContainers())) return skipped("Pods of this cluster only pretend to run");
    if (patient.isRoot) return ok("Root may use Docker and change the network");
    const [refusal, groups] = await Promise.all([
      patient.engine().then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof UserError) return error;
          throw error;
        },
      ),
      readFile("/etc/group", "utf8").catch(() => ""),
    ]);
    const membership = dockerMembership(groups, userInfo().username, process.getgroups?.() ?? []);
    return permissionsFinding(refusal, membership);
  },
};

type Membership = "effective" | "after login" | "none";

/** `groups` is /etc/group, `ids` what the process has: a user who was added since has to log in again. */
export function dockerMembership(groups: string, user: string, ids: readonly number[]): Membership {
  const [, , id = "", members = ""] = /^docker:.*$/m.exec(groups)?.[0].split(":") ?? [];
  if (id !== "" && ids.includes(Number(id))) return "effective";
  return members.split(",").includes(user) ? "after login" : "none";
}

export function permissionsFinding(refusal: UserError | undefined, membership: Membership): Finding {
  if (!refusal) return ok("This user may use Docker, which lends the right to change the network: root is not needed");
  if (!refusal.message.startsWith("No permission")) return skipped("Docker does not answer, so nobody is refused");
  if (membership === "after login")
    return failure("This session began before you were added to the group docker", "newgrp docker");
  return failure(refusal.message, refusal.hint ?? "");
}
