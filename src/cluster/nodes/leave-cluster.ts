import { isApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { leases, nodes, pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";

const LOOK_EVERY_MS = 200;
/** Longer than most pods take to end; who takes longer is ended with the node. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Takes a node out of the cluster and ends its pods, so that their owners make others elsewhere. First the Node goes: then no DaemonSet
 * puts another pod there.
 */
export async function movePodsAway(
  client: Client,
  node: string,
  { isRunning, clock }: { readonly isRunning: boolean; readonly clock: Clock },
): Promise<void> {
  await deleteIfThere(client, nodes, { name: node });
  // Of a node that does not run nobody would say that a pod has ended.
  const gracePeriodSeconds = isRunning ? undefined : 0;
  await deletePods(client, await podsOf(client, node), gracePeriodSeconds);
  for (const until = clock.now() + LONGEST_WAIT_MS; clock.now() < until;) {
    if ((await podsOf(client, node)).length === 0) return;
    await sleep(LOOK_EVERY_MS, { clock });
  }
}

/** What is still there of a node that is gone. */
export async function removeNodeObjects(client: Client, node: string): Promise<void> {
  await deletePods(client, await podsOf(client, node), 0);
  await deleteIfThere(client, leases, { name: node, namespace: "kube-node-lease" });
}

async function podsOf(client: Client, node: string): Promise<readonly Pod[]> {
  return (await client.resource(pods).list({ fieldSelector: `spec.nodeName=${node}` })).items;
}

async function deletePods(client: Client, found: readonly Pod[], gracePeriodSeconds: number | undefined) {
  await Promise.all(
    found.map(({ metadata: { name = "", namespace } }) =>
      deleteIfThere(client, pods, { name, namespace }, { gracePeriodSeconds }),
    ),
  );
}

async function deleteIfThere<T extends KubeObject>(
  client: Client,
  type: ResourceType<T>,
  key: { readonly name: string; readonly namespace?: string | undefined },
  options: { readonly gracePeriodSeconds?: number | undefined } = {},
): Promise<void> {
  try {
    await client.resource(type).delete(key, options);
  } catch (error) {
    if (!isApiError(error, "NotFound")) throw error;
  }
}
