import { checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { leases } from "../../resources.ts";
import type { Lease } from "../../types/coordination-v1.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const lease: Kind<Lease> = defineKind<Lease>({
  type: leases,
  columns: [nameColumn, text("Holder", ({ spec }) => spec?.holderIdentity ?? ""), ageColumn],
  strategy: {
    allowsUnconditionalUpdate: false,
    allowsCreateOnUpdate: true,
    prepareCreate: dropCoordination,
    prepareUpdate: dropCoordination,
    validate: validateLease,
  },
});

/** Fields of CoordinatedLeaderElection, a feature that is off. */
function dropCoordination({ spec }: Lease): void {
  if (!spec) return;
  delete spec.strategy;
  delete spec.preferredHolder;
}

function validateLease({ spec }: Lease, errors: FieldErrors): void {
  const { leaseDurationSeconds = 1 } = spec ?? {};
  if (leaseDurationSeconds <= 0) {
    errors.invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0");
  }
  checkNotNegative(spec?.leaseTransitions, "spec.leaseTransitions", errors);
}
