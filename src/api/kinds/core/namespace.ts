import type { Kind } from "../../kind.ts";
import { namespaces } from "../../resources.ts";
import type { Namespace } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const namespace: Kind<Namespace> = defineKind<Namespace>({
  type: namespaces,
  shortNames: ["ns"],
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  columns: [nameColumn, text("Status", ({ status }) => status?.phase ?? ""), ageColumn],
  selectableFields: selectable({ "status.phase": ({ status }) => status?.phase ?? "" }),
  strategy: {
    nameFormat: "dns-label",
  },
  subresources: [
    { name: "finalize", kind: { group: "", version: "v1", kind: "Namespace" }, verbs: ["update"] },
    { name: "status" },
  ],
});
