import type { Kind } from "../../kind.ts";
import { serviceaccounts } from "../../resources.ts";
import type { ServiceAccount } from "../../types/core-v1.ts";
import { nameColumn, ageColumn } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const serviceAccount: Kind<ServiceAccount> = defineKind<ServiceAccount>({
  type: serviceaccounts,
  shortNames: ["sa"],
  columns: [nameColumn, ageColumn],
  strategy: { returnsDeletedObject: true },
  subresources: [
    { name: "token", kind: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" }, verbs: ["create"] },
  ],
});
