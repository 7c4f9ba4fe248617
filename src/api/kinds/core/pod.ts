import type { Kind } from "../../kind.ts";
import { pods } from "../../resources.ts";
import type { Pod } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { podDefaults } from "./pod-defaults.ts";
import { podColumns } from "./pod/pod-columns.ts";
import { podStatusSubresource, podStrategy } from "./pod/pod-strategy.ts";

export const pod: Kind<Pod> = defineKind<Pod>({
  type: pods,
  shortNames: ["po"],
  categories: ["all"],
  columns: podColumns,
  defaults: podDefaults,
  selectableFields: selectable(
    {
      "spec.nodeName": ({ spec }) => spec?.nodeName ?? "",
      "spec.restartPolicy": ({ spec }) => spec?.restartPolicy ?? "",
      "spec.schedulerName": ({ spec }) => spec?.schedulerName ?? "",
      "spec.serviceAccountName": ({ spec }) => spec?.serviceAccountName ?? "",
      "spec.hostNetwork": ({ spec }) => String(spec?.hostNetwork ?? false),
      "status.phase": ({ status }) => status?.phase ?? "",
      "status.podIP": ({ status }) => status?.podIPs?.[0]?.ip ?? "",
      // Kubernetes knows the label but fills in no value.
      "status.podIPs": () => "",
      "status.nominatedNodeName": ({ status }) => status?.nominatedNodeName ?? "",
    },
    { "spec.host": "spec.nodeName" },
  ),
  strategy: podStrategy,
  subresources: [
    { name: "attach", kind: { group: "", version: "v1", kind: "PodAttachOptions" }, verbs: ["create", "get"] },
    { name: "binding", kind: { group: "", version: "v1", kind: "Binding" }, verbs: ["create"] },
    { name: "ephemeralcontainers", kind: { group: "", version: "v1", kind: "Pod" }, verbs: ["get", "patch", "update"] },
    { name: "eviction", kind: { group: "policy", version: "v1", kind: "Eviction" }, verbs: ["create"] },
    { name: "exec", kind: { group: "", version: "v1", kind: "PodExecOptions" }, verbs: ["create", "get"] },
    { name: "log", kind: { group: "", version: "v1", kind: "Pod" }, verbs: ["get"] },
    {
      name: "portforward",
      kind: { group: "", version: "v1", kind: "PodPortForwardOptions" },
      verbs: ["create", "get"],
    },
    {
      name: "proxy",
      kind: { group: "", version: "v1", kind: "PodProxyOptions" },
      verbs: ["create", "delete", "get", "patch", "update"],
    },
    { name: "resize", kind: { group: "", version: "v1", kind: "Pod" }, verbs: ["get", "patch", "update"] },
    podStatusSubresource,
  ],
});
