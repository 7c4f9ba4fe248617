import type { Kind } from "../../kind.ts";
import { pods } from "../../resources.ts";
import type { Pod } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const pod: Kind<Pod> = defineKind<Pod>({
  type: pods,
  shortNames: ["po"],
  categories: ["all"],
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
    { name: "status" },
  ],
});
