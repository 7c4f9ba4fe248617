import { isApiError } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { durationFlag } from "../flags/flag.ts";
import type { ApiObject } from "../objects/api-object.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { throwAll } from "../objects/visit.ts";
import type { Session } from "../session.ts";

export const podRunningTimeoutFlag = (defaultMs: number) =>
  durationFlag("The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running", {
    default: defaultMs,
  });

export const podRunningTimeoutProblem = "--pod-running-timeout must be higher than zero";

/** What `POD` or `TYPE/NAME` stands for: a pod needs no discovery and no waiting. */
export async function namedPodOrOwner(
  session: Session,
  name: string,
): Promise<{ readonly pod: Pod } | { readonly owner: ApiObject }> {
  const podName = /^(?:pods?|po)\/([^/]+)$/.exec(name)?.[1] ?? (name.includes("/") ? undefined : name);
  if (podName !== undefined) {
    const { namespace } = await session.target();
    return { pod: await (await session.client()).resource(pods).get({ name: podName, namespace }) };
  }
  const { objects, errors } = await loadObjects(
    await session.transport(),
    await selectObjects(session, { args: [name] }),
  );
  throwAll(errors);
  const [loaded] = objects;
  if (!loaded) throw new UserError("expected a resource");
  return { owner: loaded.object };
}

/** How kubectl logs tells that there is no such thing. */
export function withNamespaceInNotFound(error: unknown, namespace: string): unknown {
  if (!isApiError(error, "NotFound")) return error;
  return new UserError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(namespace)}`);
}
