import { isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { groupResource, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ApiObject, metadataOf, objectIn, resourceVersionOf, textIn } from "../objects/api-object.ts";
import { requestResource, watchResource } from "../objects/resource-requests.ts";

/** An object that was asked to go. Another one of the same name with another uid is not it. */
export interface LeavingObject {
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Waits until the object is gone or a new one has its name. */
export async function waitForDeletion(
  transport: HttpsTransport,
  leaving: LeavingObject,
  { signal }: Pick<CliContext, "signal">,
): Promise<void> {
  const { mapping, namespace, name, uid } = leaving;
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- a watch that ends is begun anew
    const current = await currentObject(transport, leaving, signal);
    if (!current || textIn(metadataOf(current), "uid") !== uid) return;
    const changes = watchResource(
      transport,
      { mapping, namespace },
      { query: { fieldSelector: `metadata.name=${name}`, resourceVersion: resourceVersionOf(current) }, signal },
    );
    // oxlint-disable-next-line no-await-in-loop -- events come one after the other
    for await (const { type, object } of changes) {
      if (type === "DELETED" || type === "ERROR") break;
      if (textIn(objectIn(object, "metadata"), "uid") !== uid) return;
    }
  }
}

async function currentObject(
  transport: HttpsTransport,
  { mapping, namespace, name }: LeavingObject,
  signal: AbortSignal,
): Promise<ApiObject | undefined> {
  try {
    return await requestResource(transport, { mapping, namespace, name }, { method: "GET", signal });
  } catch (error) {
    if (isApiError(error, "NotFound")) return undefined;
    throw error;
  }
}

/** Waits for all of them, as long as the timeout allows; without a timeout for as long as it takes. */
export async function waitForDeletions(
  transport: HttpsTransport,
  leaving: readonly LeavingObject[],
  { context, timeoutMs }: { readonly context: CliContext; readonly timeoutMs: number },
): Promise<void> {
  const expired = new AbortController();
  using _ = timeoutMs > 0 ? context.clock.setTimeout(() => expired.abort(), timeoutMs) : undefined;
  const signal = AbortSignal.any([context.signal, expired.signal]);
  for (const each of leaving) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- they leave at the same time anyway
      await waitForDeletion(transport, each, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (expired.signal.aborted)
      throw new UserError(`timed out waiting for the condition on ${groupResource(each.mapping)}/${each.name}`);
    if (context.signal.aborted) return;
  }
}
