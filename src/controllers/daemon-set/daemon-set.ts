import { controllerrevisions, daemonsets, nodes, pods } from "../../api/resources.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { mayAdopt, ownedIn, watchOwned } from "../owned.ts";
import { revisionName } from "../revision-history.ts";
import { templateHash } from "../template-hash.ts";
import { targetNode } from "./daemon-pod.ts";
import { daemonSetActions } from "./daemon-set-actions.ts";
import { FailedDaemons } from "./failed-daemons.ts";

export const daemonSetController = defineController({
  name: "daemonset-controller",
  user: systemAccount("daemon-set-controller"),
  workers: 2,
  connect({ client, informers, clock }) {
    const daemonSets = informers.informer(daemonsets);
    const podInformer = informers.informer(pods);
    const revisionInformer = informers.informer(controllerrevisions);
    const nodeInformer = informers.informer(nodes);
    const ownedPods = ownedIn(podInformer);
    const ownedRevisions = ownedIn(revisionInformer);
    const failed = new FailedDaemons();
    const replaceTimes = (key: string, list: readonly Pod[]): Record<string, number> =>
      Object.fromEntries(
        list
          .filter(({ status }) => status?.phase === "Failed")
          .map((pod) => [
            pod.metadata.uid ?? "",
            failed.replaceAt(`${key}/${targetNode(pod) ?? ""}`, pod, clock.now()),
          ]),
      );
    return {
      watches: [
        watch(daemonSets, (daemonSet) => [keyOf(daemonSet)]),
        watchOwned(podInformer, daemonSets, "DaemonSet", ({ spec }) => spec?.selector),
        watchOwned(revisionInformer, daemonSets, "DaemonSet", () => undefined),
        // Heartbeats change nodes all the time; daemons care for little of them.
        (concern) => {
          const concernAll = (): void => {
            for (const daemonSet of daemonSets.list()) concern(keyOf(daemonSet));
          };
          return nodeInformer.onChange({
            added: concernAll,
            updated(node, previous) {
              const isSame =
                Bun.deepEquals(node.spec, previous.spec) &&
                Bun.deepEquals(node.metadata.labels, previous.metadata.labels);
              if (!isSame) concernAll();
            },
            deleted: concernAll,
          });
        },
      ],
      async snapshot(key) {
        const daemonSet = daemonSets.get(key);
        if (!daemonSet) {
          failed.forget(key);
          return undefined;
        }
        const owned = ownedPods.controlledBy(daemonSet.metadata.uid);
        const orphans = ownedPods.orphans(daemonSet, daemonSet.spec?.selector ?? {});
        return {
          daemonSet,
          pods: [...owned, ...orphans],
          nodes: nodeInformer.list(),
          revisions: ownedRevisions.controlledBy(daemonSet.metadata.uid),
          namesake: revisionInformer.get(nextRevisionKey(daemonSet)),
          mayAdopt: orphans.length > 0 && (await mayAdopt(client.resource(daemonsets), daemonSet)),
          replaceAt: replaceTimes(key, owned),
        };
      },
    };
  },
  reconcile: daemonSetActions,
});

function nextRevisionKey(daemonSet: DaemonSet): string {
  const hash = templateHash(daemonSet.spec?.template ?? {}, daemonSet.status?.collisionCount);
  return `${daemonSet.metadata.namespace ?? ""}/${revisionName(daemonSet, hash)}`;
}
