import { badRequest, notFound } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { ApiRequest } from "../api-request.ts";
import type { ServerContext } from "../server-context.ts";

export async function readPod({ store, resources }: ServerContext, { namespace, name }: ApiRequest): Promise<Pod> {
  const { storage, type } = resources.require(pods);
  const entry = await store.get(storage.key(namespace, name));
  if (!entry) throw notFound(type, name);
  return storage.read(entry);
}

/** The container a request means: the one it names, else the only one. */
export function containerOf({ metadata, spec }: Pod, wanted: string): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  const names = [...initContainers, ...containers, ...ephemeralContainers].map((each) => each.name);
  if (wanted !== "") {
    if (names.includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  const [only] = containers;
  if (only && containers.length === 1) return only.name;
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(" ")}]`);
}

/** Only a pod on a node can be talked to. */
export function requireNode({ metadata, spec }: Pod): void {
  if (!spec?.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
}
