import { isApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { namespaces } from "../../api/resources.ts";
import type { Client } from "../../client/client.ts";
import { defineController, watch, type Controller } from "../controller.ts";
import { CustomTypes } from "../custom-types.ts";
import { namespaceActions, type NamespaceContent } from "./namespace-actions.ts";

/** Deletes namespaces with all that is in them. `types` are all kinds that live in namespaces. */
export function namespaceController(
  types: readonly ResourceType[],
  /** Those whose disappearing should be noticed; the others never wait for anything. */
  followed: readonly ResourceType[],
): Controller {
  return defineController({
    name: "namespace-controller",
    workers: 10,
    connect({ client, informers }) {
      const namespaceInformer = informers.informer(namespaces);
      const customTypes = new CustomTypes(informers);
      const isGoing = (name: string): boolean => namespaceInformer.get(name)?.metadata.deletionTimestamp !== undefined;
      return {
        watches: [
          watch(namespaceInformer, ({ metadata }) => (isGoing(metadata.name ?? "") ? [metadata.name ?? ""] : [])),
          ...followed.map((type) =>
            watch(informers.metadata(type), ({ metadata: { namespace = "" } }) =>
              isGoing(namespace) ? [namespace] : [],
            ),
          ),
          (concern) =>
            customTypes.each((type) => {
              const stop = watch(informers.metadata(type), ({ metadata: { namespace = "" } }) =>
                isGoing(namespace) ? [namespace] : [],
              )(concern);
              return () => {
                stop();
                // What still held a namespace went with its kind.
                for (const { metadata } of namespaceInformer.list()) {
                  if (isGoing(metadata.name ?? "")) concern(metadata.name ?? "");
                }
                informers.releaseMetadata(type);
              };
            }),
        ],
        async snapshot(name) {
          const namespace = namespaceInformer.get(name);
          if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
          const contents = await Promise.all(
            [...types, ...customTypes.all().filter(({ namespaced }) => namespaced)].map((type) =>
              contentOf(client, type, name),
            ),
          );
          return { namespace, contents: contents.filter(({ count }) => count > 0) };
        },
      };
    },
    reconcile: namespaceActions,
  });
}

/** From the server, not from a cache: a namespace must not go while anything is left in it. */
async function contentOf(client: Client, type: ResourceType, namespace: string): Promise<NamespaceContent> {
  const items = await itemsOf(client, type, namespace);
  const countByFinalizer: Record<string, number> = {};
  for (const { metadata } of items) {
    for (const finalizer of metadata.finalizers ?? []) {
      countByFinalizer[finalizer] = (countByFinalizer[finalizer] ?? 0) + 1;
    }
  }
  const untouched = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;
  return { type, count: items.length, untouched, countByFinalizer };
}

async function itemsOf(client: Client, type: ResourceType, namespace: string): Promise<readonly KubeObject[]> {
  try {
    return (await client.resource(type).list({ namespace })).items;
  } catch (error) {
    // The kind was just deleted, and with it all there was of it.
    if (isApiError(error, "NotFound")) return [];
    throw error;
  }
}
