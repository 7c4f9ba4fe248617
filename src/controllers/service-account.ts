import { namespaces, serviceaccounts } from "../api/resources.ts";
import type { Namespace, ServiceAccount } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, watch } from "./controller.ts";

interface ServiceAccountSnapshot {
  readonly namespace: Namespace;
  readonly account: ServiceAccount | undefined;
}

const DEFAULT_NAME = "default";

/** Sees to a ServiceAccount `default` in every namespace: pods that name none run as it. */
export const serviceAccountController = defineController({
  name: "service-account-controller",
  connect({ informers }) {
    const namespaceInformer = informers.informer(namespaces);
    const accountInformer = informers.informer(serviceaccounts);
    return {
      watches: [
        watch(namespaceInformer, ({ metadata }) => [metadata.name ?? ""]),
        watch(accountInformer, ({ metadata }) => (metadata.name === DEFAULT_NAME ? [metadata.namespace ?? ""] : [])),
      ],
      snapshot(key) {
        const namespace = namespaceInformer.get(key);
        return namespace && { namespace, account: accountInformer.get(`${key}/${DEFAULT_NAME}`) };
      },
    };
  },
  reconcile: serviceAccountActions,
});

function serviceAccountActions({ namespace, account }: ServiceAccountSnapshot): readonly Action[] {
  if (account || isGoing(namespace)) return [];
  const metadata = { name: DEFAULT_NAME, namespace: namespace.metadata.name };
  return [{ do: "create", type: serviceaccounts, object: { apiVersion: "v1", kind: "ServiceAccount", metadata } }];
}

const isGoing = ({ metadata }: Namespace): boolean => metadata.deletionTimestamp !== undefined;
