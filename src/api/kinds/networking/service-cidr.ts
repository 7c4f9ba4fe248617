import { areDualStackRanges } from "../../endpoint-ip.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { parseIpRange, validateCanonicalIpRange } from "../../ip-address.ts";
import type { Kind } from "../../kind.ts";
import { IMMUTABLE } from "../../meta-validation.ts";
import { servicecidrs } from "../../resources.ts";
import type { ServiceCIDR } from "../../types/networking-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";

export const serviceCidr: Kind<ServiceCIDR> = defineKind<ServiceCIDR>({
  type: servicecidrs,
  columns: [nameColumn, text("CIDRs", ({ spec }) => spec?.cidrs?.join(",") ?? ""), ageColumn],
  strategy: {
    validate({ spec }, errors, old) {
      if (!old) validateRanges(spec?.cidrs, errors);
    },
    validateUpdate: validateServiceCidrUpdate,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

const PATH = "spec.cidrs";

function validateRanges(ranges: readonly string[] = [], errors: FieldErrors): void {
  if (ranges.length === 0) return errors.required(PATH, "at least one CIDR required");
  // Upstream shows its internal type here.
  if (ranges.length > 2) return errors.invalid(PATH, { CIDRs: ranges }, "may only hold up to 2 values");
  ranges.forEach((range, index) => validateCanonicalIpRange(range, at(PATH, index), errors));
  if (ranges.length === 2 && ranges.every((range) => parseIpRange(range)) && !areDualStackRanges(ranges)) {
    const detail = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    errors.invalid(PATH, ranges, detail);
  }
}

/** A second family may be added; nothing else changes, for addresses were given out of these ranges. */
function validateServiceCidrUpdate({ spec }: ServiceCIDR, old: ServiceCIDR, errors: FieldErrors): void {
  const ranges = spec?.cidrs ?? [];
  const oldRanges = old.spec?.cidrs ?? [];
  const isExtended = oldRanges.length === 1 && ranges.length === 2;
  if (ranges.length !== oldRanges.length && !isExtended) return errors.invalid(PATH, spec?.cidrs, IMMUTABLE);
  oldRanges.forEach((range, index) => {
    if (range !== ranges[index]) errors.invalid(at(PATH, index), ranges[index], IMMUTABLE);
  });
  if (isExtended) validateRanges(ranges, errors);
}
