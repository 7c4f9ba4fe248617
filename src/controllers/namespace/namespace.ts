import type { ResourceType } from "../../api/resource-type.ts";
import { namespaces } from "../../api/resources.ts";
import type { Client } from "../../client/client.ts";
import { defineController, watch, type Controller } from "../controller.ts";
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
      const isGoing = (name: string): boolean => namespaceInformer.get(name)?.metadata.deletionTimestamp !== undefined;
      return {
        watches: [
          watch(namespaceInformer, ({ metadata }) => (isGoing(metadata.name ?? "") ? [metadata.name ?? ""] : [])),
          ...followed.map((type) =>
            watch(informers.metadata(type), ({ metadata: { namespace = "" } }) =>
              isGoing(namespace) ? [namespace] : [],
            ),
          ),
        ],
        async snapshot(name) {
          const namespace = namespaceInformer.get(name);
          if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
          const contents = await Promise.all(types.map((type) => contentOf(client, type, name)));
          return { namespace, contents: contents.filter(({ count }) => count > 0) };
        },
      };
    },
    reconcile: namespaceActions,
  });
}

/** From the server, not from a cache: a namespace must not go while anything is left in it. */
async function contentOf(client: Client, type: ResourceType, namespace: string): Promise<NamespaceContent> {
  const { items } = await client.resource(type).list({ namespace });
  const countByFinalizer: Record<string, number> = {};
  for (const { metadata } of items) {
    for (const finalizer of metadata.finalizers ?? []) {
      countByFinalizer[finalizer] = (countByFinalizer[finalizer] ?? 0) + 1;
    }
  }
  const untouched = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;
  return { type, count: items.length, untouched, countByFinalizer };
}
