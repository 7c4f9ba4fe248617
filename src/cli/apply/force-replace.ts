import type { HttpsTransport } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { PropagationPolicy } from "../delete/cascade.ts";
import { waitForDeletions } from "../delete/wait-for-deletion.ts";
import { messageOf } from "../error-message.ts";
import { type ApiObject, metadataOf, textIn, withMetadata } from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { ManifestEntry } from "../objects/select-objects.ts";
import { type WriteOptions, writeQuery } from "../objects/write-options.ts";

/** How the object that stands in the way is deleted. */
export interface ForceReplacement {
  /** Undefined leaves it to the object. */
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: PropagationPolicy;
  /** 0 waits as long as it takes. */
  readonly timeoutMs: number;
}

/** Deletes the object and creates what is wanted; if that fails, the old one is created again. */
export async function replaceByForce(
  transport: HttpsTransport,
  { mapping, namespace, name }: ManifestEntry,
  { wanted, current }: { readonly wanted: ApiObject; readonly current: ApiObject },
  options: WriteOptions & ForceReplacement & { readonly context: CliContext },
): Promise<ApiObject> {
  const { gracePeriodSeconds, propagationPolicy, timeoutMs, context } = options;
  const deletion = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    propagationPolicy,
  };
  await requestResource(transport, { mapping, namespace, name }, { method: "DELETE", body: deletion });
  const uid = textIn(metadataOf(current), "uid");
  await waitForDeletions(transport, [{ mapping, namespace, name, uid }], { context, timeoutMs });
  const query = writeQuery(options);
  try {
    return await requestResource(transport, { mapping, namespace }, { method: "POST", query, body: wanted });
  } catch (error) {
    const body = withMetadata(current, { resourceVersion: undefined, uid: undefined });
    try {
      await requestResource(transport, { mapping, namespace }, { method: "POST", query, body });
    } catch (restoreError) {
      throw new UserError(
        `An error occurred force-replacing the existing object with the newly provided one:\n\n${messageOf(error)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${messageOf(restoreError)}`,
      );
    }
    throw error;
  }
}
