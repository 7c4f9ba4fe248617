import type { Pod } from "../../api/types/core-v1.ts";
import type { Informer } from "../../client/informer.ts";

const INDEX = "node";

/** Finds the pods of a node. */
export function podsByNode(pods: Informer<Pod>): (nodeName: string) => readonly Pod[] {
  pods.addIndex(INDEX, ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []));
  return (nodeName) => pods.byIndex(INDEX, nodeName);
}
