import type { Kind } from "../../api/kind.ts";
import { labelSelectorOf } from "../../api/label-selector.ts";
import { controllerOf } from "../../api/owner-references.ts";
import { poddisruptionbudgets, pods } from "../../api/resources.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { Scales, type WantedReplicas } from "../scales.ts";
import { budgetActions, type BudgetSnapshot } from "./budget-actions.ts";

/** Works out how many pods of each budget may be evicted now. */
export function disruptionController(kinds: readonly Kind[]) {
  return defineController<BudgetSnapshot>({
    // Kubernetes calls this one as it calls the process.
    name: "controllermanager",
    user: systemAccount("disruption-controller"),
    workers: 1,
    connect(context) {
      const { informers } = context;
      const budgets = informers.informer(poddisruptionbudgets);
      const podInformer = informers.informer(pods);
      const scales = new Scales(kinds, context);
      return {
        watches: [
          watch(budgets, (budget) => [keyOf(budget)]),
          watch(podInformer, ({ metadata: { namespace, labels } }) =>
            budgets
              .list(namespace)
              .filter(({ spec }) => labelSelectorOf(spec?.selector).matches(labels))
              .map(keyOf),
          ),
        ],
        async snapshot(key) {
          const budget = budgets.get(key);
          if (!budget) return undefined;
          const { namespace = "" } = budget.metadata;
          const { matches } = labelSelectorOf(budget.spec?.selector);
          const selected = podInformer.list(namespace).filter(({ metadata }) => matches(metadata.labels));
          const owners = new Map(
            selected.flatMap((pod) => {
              const owner = controllerOf(pod);
              return owner ? [[owner.uid, owner] as const] : [];
            }),
          );
          const wantedByOwner = new Map<string, WantedReplicas>();
          for (const [uid, owner] of owners) {
            const wanted = await scales.wantedBy(owner, namespace);
            if (wanted) wantedByOwner.set(uid, wanted);
          }
          const wanted = selected.flatMap((pod) => {
            const replicas = wantedByOwner.get(controllerOf(pod)?.uid ?? "");
            return replicas ? [[pod.metadata.uid ?? "", replicas] as const] : [];
          });
          return { budget, pods: selected, wantedByPod: Object.fromEntries(wanted) };
        },
      };
    },
    reconcile: budgetActions,
  });
}
