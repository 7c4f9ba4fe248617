import { checkDnsLabel, checkDnsSubdomain } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { PodResourceClaim } from "../../../types/core-v1.ts";

/** Gives back the names, which containers refer to. */
export function validateResourceClaims(
  claims: readonly PodResourceClaim[] | undefined,
  path: string,
  errors: FieldErrors,
): ReadonlySet<string> {
  const names = new Set<string>();
  claims?.forEach((claim, index) => {
    const claimPath = at(path, index);
    validateName(claim.name, names, child(claimPath, "name"), errors);
    validateReference(claim, claimPath, errors);
  });
  return names;
}

function validateName(name: string, names: Set<string>, path: string, errors: FieldErrors): void {
  if (!name) return errors.required(path, "");
  if (names.has(name)) return errors.duplicate(path, name);
  checkDnsLabel(name, path, errors);
  names.add(name);
}

function validateReference(claim: PodResourceClaim, path: string, errors: FieldErrors): void {
  const { resourceClaimName, resourceClaimTemplateName } = claim;
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    errors.invalid(path, claim, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
  }
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    errors.invalid(path, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
  }
  if (resourceClaimName !== undefined) {
    checkDnsSubdomain(resourceClaimName, child(path, "resourceClaimName"), errors);
  }
  if (resourceClaimTemplateName !== undefined) {
    checkDnsSubdomain(resourceClaimTemplateName, child(path, "resourceClaimTemplateName"), errors);
  }
}
