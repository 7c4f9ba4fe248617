import { controllerOf } from "../../api/owner-references.ts";
import { deployments, pods, replicasets } from "../../api/resources.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch } from "../controller.ts";
import { mayAdopt, ownedIn, watchOwned } from "../owned.ts";
import { deploymentActions } from "./deployment-actions.ts";
import { isRollingUpdate } from "./fenceposts.ts";
import { newestName } from "./revisions.ts";

export const deploymentController = defineController({
  name: "deployment-controller",
  connect({ client, informers }) {
    const deploymentInformer = informers.informer(deployments);
    const replicaSetInformer = informers.informer(replicasets);
    const podInformer = informers.informer(pods);
    const ownedReplicaSets = ownedIn(replicaSetInformer);
    const ownedPods = ownedIn(podInformer);
    return {
      watches: [
        watch(deploymentInformer, (deployment) => [keyOf(deployment)]),
        watchOwned(replicaSetInformer, deploymentInformer, "Deployment", ({ spec }) => spec?.selector),
        // The last old pod's end lets a Deployment that recreates go on.
        (concern) =>
          podInformer.onChange({
            deleted(pod) {
              const namespace = pod.metadata.namespace ?? "";
              const replicaSet = replicaSetInformer.get(`${namespace}/${controllerOf(pod)?.name ?? ""}`);
              const key = `${namespace}/${(replicaSet && controllerOf(replicaSet)?.name) ?? ""}`;
              const deployment = deploymentInformer.get(key);
              if (deployment && !isRollingUpdate(deployment)) concern(key);
            },
          }),
      ],
      async snapshot(key) {
        const deployment = deploymentInformer.get(key);
        if (!deployment) return undefined;
        const owned = ownedReplicaSets.controlledBy(deployment.metadata.uid);
        const orphans = ownedReplicaSets.orphans(deployment, deployment.spec?.selector ?? {});
        return {
          deployment,
          replicaSets: [...owned, ...orphans],
          mayAdopt: orphans.length > 0 && (await mayAdopt(client.resource(deployments), deployment)),
          pods: isRollingUpdate(deployment)
            ? []
            : owned.flatMap(({ metadata }) => ownedPods.controlledBy(metadata.uid)),
          namesake: replicaSetInformer.get(`${deployment.metadata.namespace ?? ""}/${newestName(deployment)}`),
        };
      },
    };
  },
  reconcile: deploymentActions,
});
