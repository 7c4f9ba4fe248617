import { notFound } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import type { KeyValue } from "../../store/store.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { checkPreconditions, type Preconditions } from "./preconditions.ts";

export interface Modification {
  readonly resource: ServedResource;
  readonly namespace: string;
  readonly name: string;
  readonly preconditions?: Preconditions | undefined;
  readonly dryRun: boolean;
  /** Changes a copy of the current object, or refuses by throwing. Runs again after a lost race. */
  readonly change: (draft: KubeObject) => void;
}

/**
 * A change that the server itself makes as part of a request: not admitted and not validated again. Answers with what is
 * stored afterwards.
 */
export async function modifyObject({ store }: ServerContext, modification: Modification): Promise<KeyValue> {
  const { resource, namespace, name, preconditions = {}, dryRun, change } = modification;
  for (;;) {
    const entry = await store.get(resource.storage.key(namespace, name));
    if (!entry) throw notFound(resource.type, name);
    await resource.storage.prepare([entry]);
    const current = resource.storage.read(entry);
    checkPreconditions(resource, current, preconditions);
    const draft = cloneJson(current) as KubeObject;
    change(draft);
    if (dryRun || semanticEqual(draft, current)) return entry;
    await resource.storage.prepareWrite(draft);
    const result = await store.update(entry.key, entry.revision, resource.storage.valueOf(draft));
    if (result.outcome !== "written") continue;
    return result.entry;
  }
}
