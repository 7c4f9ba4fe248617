import type { Kind } from "../../kind.ts";
import { leases } from "../../resources.ts";
import type { Lease } from "../../types/coordination-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const lease: Kind<Lease> = defineKind<Lease>({
  type: leases,
  columns: [nameColumn, text("Holder", ({ spec }) => spec?.holderIdentity ?? ""), ageColumn],
  strategy: {
    allowsUnconditionalUpdate: false,
    allowsCreateOnUpdate: true,
  },
});
