import { isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { preferredResources } from "../discovery/resource-mapper.ts";
import { apiVersionOfMapping, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ApiObject, apiVersionOf, kindOf, namespaceOf } from "../objects/api-object.ts";
import { loadObjects } from "../objects/load-objects.ts";
import type { Query } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { isRewound, type RewoundResource } from "./rewind-plan.ts";

/** Reads what there was at a revision, or is in a saved state, and what there is now. */
export async function readStates(
  session: Session,
  past: { readonly revision: number } | { readonly objects: readonly ApiObject[] },
  namespace: string | undefined,
): Promise<readonly RewoundResource[]> {
  const transport = await session.transport();
  const { discovery } = await session.mapper();
  const mappings = discovery.groups
    .flatMap(preferredResources)
    .filter(isRewound)
    .filter(({ namespaced }) => namespaced || namespace === undefined);
  return await Promise.all(
    mappings.map(async (mapping) => {
      const list = async (query: Query) => await objectsOf(transport, mapping, namespace ?? "", query);
      const before =
        "objects" in past
          ? past.objects.filter(
              (object) => isOf(object, mapping) && (namespace === undefined || namespaceOf(object) === namespace),
            )
          : await list({ resourceVersion: String(past.revision), resourceVersionMatch: "Exact" });
      return { mapping, before, after: await list({}) };
    }),
  );
}

const isOf = (object: ApiObject, mapping: ResourceMapping): boolean =>
  kindOf(object) === mapping.kind && apiVersionOf(object) === apiVersionOfMapping(mapping);

async function objectsOf(transport: HttpsTransport, mapping: ResourceMapping, namespace: string, query: Query) {
  const source = {
    type: "collection" as const,
    mapping,
    namespace,
    labelSelector: undefined,
    fieldSelector: undefined,
  };
  const { objects, errors } = await loadObjects(
    transport,
    { sources: [source], errors: [], isSingle: false },
    { query },
  );
  const failure = errors.find((error) => !isApiError(error, "MethodNotAllowed"));
  if (failure !== undefined) throw failure;
  return objects.map(({ object }) => object);
}
