import { checkSupported } from "../../field-checks.ts";
import { child, type FieldErrors } from "../../field-errors.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from "../../types/flowcontrol-v1.ts";
import { MANDATORY_LEVELS } from "./bootstrap-flows.ts";
import { validateConditionTypes } from "./condition-types.ts";

const PRESERVE_ZERO = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";
const MOST_QUEUES = 10_000_000;
const HASH_BITS = 60;

/** Upstream's ValidatePriorityLevelConfiguration. */
export function validatePriorityLevel(object: PriorityLevelConfiguration, errors: FieldErrors): void {
  const { metadata, spec, status } = object;
  if (metadata.annotations?.[PRESERVE_ZERO] !== undefined) {
    errors.forbidden("metadata.annotations", `annotation '${PRESERVE_ZERO}' is forbidden`);
  }
  const { name = "" } = metadata;
  if (spec) validateSpec(name, spec, errors);
  validateFixed(name, spec, errors);
  validateConditionTypes(status?.conditions, errors);
}

function validateFixed(name: string, spec: PriorityLevelConfigurationSpec | undefined, errors: FieldErrors): void {
  const fixed = MANDATORY_LEVELS.find((each) => each.metadata.name === name);
  if (!fixed?.spec) return;
  // Whoever may do anything may at least lend seats.
  const isExempt = fixed.spec.type === "Exempt";
  const compared = isExempt ? { ...spec, exempt: fixed.spec.exempt } : spec;
  if (semanticEqual(compared, fixed.spec)) return;
  const what = isExempt ? `spec of '${name}' except the 'spec.exempt' field` : `spec of '${name}'`;
  errors.invalid("spec", spec, `${what} must equal the fixed value`);
}

function validateSpec(name: string, spec: PriorityLevelConfigurationSpec, errors: FieldErrors): void {
  const { type, exempt, limited } = spec;
  if ((name === "exempt") !== (type === "Exempt")) {
    errors.invalid("spec.type", type, "must be 'Exempt' if and only if `name` is 'exempt'");
  }
  switch (type) {
    case "Exempt":
      if (limited) errors.forbidden("spec.limited", "must be nil if the type is not Limited");
      validateShares(exempt ?? {}, "spec.exempt", errors);
      validateLendable(exempt ?? {}, "spec.exempt", errors);
      break;
    case "Limited":
      if (exempt) errors.forbidden("spec.exempt", "must be nil if the type is Limited");
      if (!limited) errors.required("spec.limited", "must not be empty when type is Limited");
      else validateLimited(limited, errors);
      break;
    default:
      checkSupported(type, ["Exempt", "Limited"], "spec.type", errors);
  }
}

type Shares = Pick<LimitedPriorityLevelConfiguration, "nominalConcurrencyShares" | "lendablePercent">;

function validateShares({ nominalConcurrencyShares: shares = 0 }: Shares, path: string, errors: FieldErrors): void {
  if (shares < 0) errors.invalid(child(path, "nominalConcurrencyShares"), shares, "must be a non-negative integer");
}

function validateLendable({ lendablePercent: percent = 0 }: Shares, path: string, errors: FieldErrors): void {
  if (percent < 0 || percent > 100) {
    errors.invalid(child(path, "lendablePercent"), percent, "must be between 0 and 100, inclusive");
  }
}

function validateLimited(limited: LimitedPriorityLevelConfiguration, errors: FieldErrors): void {
  const path = "spec.limited";
  validateShares(limited, path, errors);
  validateResponse(limited.limitResponse, child(path, "limitResponse"), errors);
  validateLendable(limited, path, errors);
  const { borrowingLimitPercent: borrowing } = limited;
  if (borrowing !== undefined && borrowing < 0) {
    errors.invalid(child(path, "borrowingLimitPercent"), borrowing, "if specified, must be a non-negative integer");
  }
}

function validateResponse(
  response: LimitedPriorityLevelConfiguration["limitResponse"],
  path: string,
  errors: FieldErrors,
): void {
  const queuingPath = child(path, "queuing");
  switch (response?.type) {
    case "Reject":
      if (response.queuing) {
        errors.forbidden(queuingPath, "must be nil if limited.limitResponse.type is not Limited");
      }
      break;
    case "Queue":
      if (response.queuing) validateQueuing(response.queuing, queuingPath, errors);
      else errors.required(queuingPath, "must not be empty if limited.limitResponse.type is Limited");
      break;
    default:
      checkSupported(response?.type, ["Queue", "Reject"], child(path, "type"), errors);
  }
}

function validateQueuing(queuing: QueuingConfiguration, path: string, errors: FieldErrors): void {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  if (queueLengthLimit <= 0) errors.invalid(child(path, "queueLengthLimit"), queueLengthLimit, "must be positive");
  const queuesPath = child(path, "queues");
  if (queues <= 0) errors.invalid(queuesPath, queues, "must be positive");
  else if (queues > MOST_QUEUES) errors.invalid(queuesPath, queues, `must not be greater than ${MOST_QUEUES}`);
  const handPath = child(path, "handSize");
  const bits = entropyBits(queues, handSize);
  if (handSize <= 0) errors.invalid(handPath, handSize, "must be positive");
  else if (handSize > queues) errors.invalid(handPath, handSize, `should not be greater than queues (${queues})`);
  else if (bits > HASH_BITS) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`;
    errors.invalid(handPath, handSize, detail);
  }
}

/** How many bits of a hash it takes to deal a hand. */
const entropyBits = (deckSize: number, handSize: number): number => Math.ceil(Math.log2(deckSize) * handSize);
