import { notFound } from "../api/api-error.ts";
import { componentstatuses } from "../api/resources.ts";
import type { ComponentStatus } from "../api/types/core-v1.ts";
import { plain } from "./api-request.ts";
import type { Handlers } from "./handlers.ts";
import { measuredList } from "./metrics/measured.ts";
import { selectionOf } from "./selection.ts";
import type { ServerContext } from "./server-context.ts";

const DEPRECATION = "v1 ComponentStatus is deprecated in v1.19+";

/** Who is well. What lives in this process is: it ends as a whole when a part of it cannot go on. */
const IN_PROCESS = ["scheduler", "controller-manager"];
/** Named as in Kubernetes, whatever the store is. */
const STORE = "etcd-0";

export const componentStatuses: Handlers = {
  async get(context, { name, resource, warnings }) {
    warnings.push(DEPRECATION);
    const found = (await statuses(context)).find(({ metadata }) => metadata.name === name);
    if (!found) throw notFound(componentstatuses, name);
    return { ...plain(found), resource };
  },
  async list(context, request) {
    request.warnings.push(DEPRECATION);
    const { matches } = selectionOf(request);
    return measuredList(request.resource, (await statuses(context)).filter(matches));
  },
};

async function statuses({ store }: ServerContext): Promise<readonly ComponentStatus[]> {
  const problem = await store.revision().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return [...IN_PROCESS.map((name) => statusOf(name, undefined)), statusOf(STORE, problem)];
}

function statusOf(name: string, problem: string | undefined): ComponentStatus {
  const condition = {
    type: "Healthy",
    ...(problem ? { status: "False", message: problem } : { status: "True", message: "ok" }),
  };
  return { kind: "ComponentStatus", apiVersion: "v1", metadata: { name }, conditions: [condition] };
}
