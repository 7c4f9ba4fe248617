import { checkImmutable, checkOptional } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { CSIDriver, TokenRequest } from "../../types/storage-v1.ts";

const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const SHORTEST_UPDATE_PERIOD_SECONDS = 10;
const LIFECYCLE_MODES = ["Persistent", "Ephemeral"];

/** Upstream's ValidateCSIDriver. */
export function validateCsiDriver({ spec }: CSIDriver, errors: FieldErrors): void {
  checkOptional(spec.fsGroupPolicy, ["File", "None", "ReadWriteOnceWithFSType"], "spec.fsGroupPolicy", errors);
  validateTokenRequests(spec.tokenRequests ?? [], "spec.tokenRequests", errors);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!LIFECYCLE_MODES.includes(mode)) {
      errors.notSupportedInOrder("spec.volumeLifecycleModes", mode, LIFECYCLE_MODES);
    }
  }
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < SHORTEST_UPDATE_PERIOD_SECONDS) {
    const detail = `must be greater than or equal to ${SHORTEST_UPDATE_PERIOD_SECONDS} seconds`;
    errors.invalid("spec.nodeAllocatableUpdatePeriodSeconds", period, detail);
  }
  const { serviceAccountTokenInSecrets: wantsSecrets } = spec;
  if (wantsSecrets !== undefined && !spec.tokenRequests?.length) {
    const path = "spec.serviceAccountTokenInSecrets";
    errors.invalid(path, wantsSecrets, "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
  }
}

export function validateCsiDriverUpdate({ spec }: CSIDriver, { spec: old }: CSIDriver, errors: FieldErrors): void {
  // Not the name of the field: Kubernetes does this too.
  checkImmutable(spec.attachRequired, old.attachRequired, "spec.attachedRequired", errors);
  checkImmutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, "spec.volumeLifecycleModes", errors);
}

function validateTokenRequests(requests: readonly TokenRequest[], path: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  requests.forEach(({ audience, expirationSeconds: seconds }, index) => {
    const requestPath = at(path, index);
    if (seen.has(audience)) return errors.duplicate(child(requestPath, "audience"), audience);
    seen.add(audience);
    if (seconds === undefined) return;
    const secondsPath = child(requestPath, "expirationSeconds");
    if (seconds < SHORTEST_TOKEN_SECONDS) {
      errors.invalid(secondsPath, seconds, "may not specify a duration less than 10 minutes");
    }
    if (seconds > LONGEST_TOKEN_SECONDS) {
      errors.invalid(secondsPath, seconds, "may not specify a duration larger than 2^32 seconds");
    }
  });
}
