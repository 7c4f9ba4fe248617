import type { Kind } from "../../kind.ts";
import { nodes } from "../../resources.ts";
import type { Node } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const node: Kind<Node> = defineKind<Node>({
  type: nodes,
  shortNames: ["no"],
  selectableFields: selectable({ "spec.unschedulable": ({ spec }) => String(spec?.unschedulable ?? false) }),
  subresources: [
    {
      name: "proxy",
      kind: { group: "", version: "v1", kind: "NodeProxyOptions" },
      verbs: ["create", "delete", "get", "patch", "update"],
    },
    { name: "status" },
  ],
});
