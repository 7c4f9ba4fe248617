import { configmaps, namespaces } from "../api/resources.ts";
import type { ConfigMap, Namespace } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, watch, type Controller, systemAccount } from "./controller.ts";

interface RootCaSnapshot {
  readonly namespace: Namespace;
  readonly configMap: ConfigMap | undefined;
  readonly caPem: string;
}

const NAME = "kube-root-ca.crt";

/** kubectl and users see this text. */
const DESCRIPTION =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal " +
  "service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** Publishes the certificate of the cluster's authority in every namespace, where pods mount it. */
export function rootCaController(caPem: string): Controller {
  return defineController({
    name: "root-ca-certificate-publisher-controller",
    user: systemAccount("root-ca-cert-publisher"),
    connect({ informers }) {
      const namespaceInformer = informers.informer(namespaces);
      const ofThatName = informers.informer(configmaps, { fieldSelector: `metadata.name=${NAME}` });
      return {
        watches: [
          watch(namespaceInformer, ({ metadata }) => [metadata.name ?? ""]),
          watch(ofThatName, ({ metadata }) => [metadata.namespace ?? ""]),
        ],
        snapshot(key) {
          const namespace = namespaceInformer.get(key);
          return namespace && { namespace, configMap: ofThatName.get(`${key}/${NAME}`), caPem };
        },
      };
    },
    reconcile: rootCaActions,
  });
}

function rootCaActions({ namespace, configMap, caPem }: RootCaSnapshot): readonly Action[] {
  if (namespace.metadata.deletionTimestamp !== undefined) return [];
  const wanted = { "ca.crt": caPem };
  if (configMap && Bun.deepEquals(configMap.data, wanted)) return [];
  const metadata = configMap?.metadata ?? {
    name: NAME,
    namespace: namespace.metadata.name,
    annotations: { "kubernetes.io/description": DESCRIPTION },
  };
  const object: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", ...configMap, metadata, data: wanted };
  return [{ do: configMap ? "update" : "create", type: configmaps, object }];
}
