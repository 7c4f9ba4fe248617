import { badRequest } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type { DeleteOptions, Preconditions } from "../../api/types/meta-v1.ts";
import type { ApiRequest } from "../api-request.ts";
import { decodeAny } from "../decode.ts";
import { isTrue } from "../request-info.ts";
import type { DeleteChoices } from "./object-delete.ts";
import { invalidOptions } from "./write-request.ts";

const DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
const PROPAGATION_POLICIES = ["Foreground", "Background", "Orphan"];

export type CheckedDeleteOptions = DeleteChoices & { readonly isDryRun: boolean };

/** The options of a deletion: those in the body if it has one, else those in the query. */
export function deleteOptions(request: ApiRequest): CheckedDeleteOptions {
  const hasBody = request.body.form === "parsed" || (request.body.form === "bytes" && request.body.bytes.length > 0);
  return deleteOptionsOf(hasBody ? decodeAny(request.body, DELETE_OPTIONS) : fromQuery(request.query));
}

/** Checks options wherever they were given: in a body, a query, or inside an eviction. */
export function deleteOptionsOf(given: unknown): CheckedDeleteOptions {
  const options = typed(given);
  const errors = new FieldErrors();
  if (options.propagationPolicy !== undefined && options.orphanDependents !== undefined) {
    errors.invalid(
      "propagationPolicy",
      options.propagationPolicy,
      "orphanDependents and deletionPropagation cannot be both set",
    );
  }
  if (options.propagationPolicy !== undefined && !PROPAGATION_POLICIES.includes(options.propagationPolicy)) {
    errors.notSupported("propagationPolicy", options.propagationPolicy, [...PROPAGATION_POLICIES, "nil"]);
  }
  const dryRun = options.dryRun ?? [];
  if (dryRun.some((value) => value !== "All")) errors.notSupported("dryRun", dryRun, ["All"]);
  if (!errors.isEmpty) throw invalidOptions("DeleteOptions", errors);
  return { ...options, isDryRun: dryRun.length > 0 };
}

function typed(value: unknown): DeleteChoices {
  if (typeof value !== "object" || value === null)
    throw badRequest("decoded object cannot be converted to DeleteOptions");
  // Each field is checked before it is used.
  const given = value as Partial<DeleteOptions>;
  if (given.kind !== undefined && given.kind !== "DeleteOptions") {
    throw badRequest("decoded object cannot be converted to DeleteOptions");
  }
  return {
    dryRun: optional(given.dryRun, (dryRun): dryRun is string[] => Array.isArray(dryRun), "dryRun"),
    gracePeriodSeconds: optional(given.gracePeriodSeconds, isInteger, "gracePeriodSeconds"),
    orphanDependents: optional(given.orphanDependents, isBoolean, "orphanDependents"),
    propagationPolicy: optional(given.propagationPolicy, isString, "propagationPolicy"),
    preconditions: optional(given.preconditions, isPreconditions, "preconditions"),
  };
}

function fromQuery(query: URLSearchParams): DeleteChoices {
  const grace = query.get("gracePeriodSeconds");
  if (grace && !/^-?\d+$/.test(grace)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  }
  const orphan = query.get("orphanDependents");
  return {
    dryRun: query.has("dryRun") ? query.getAll("dryRun") : undefined,
    gracePeriodSeconds: grace ? Number(grace) : undefined,
    orphanDependents: orphan === null ? undefined : isTrue(orphan),
    propagationPolicy: query.get("propagationPolicy") || undefined,
  };
}

function optional<T>(value: unknown, isRight: (value: unknown) => value is T, field: string): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRight(value)) throw badRequest(`DeleteOptions: ${field} has the wrong type`);
  return value;
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isString = (value: unknown): value is string => typeof value === "string";
const isPreconditions = (value: unknown): value is Preconditions => typeof value === "object" && value !== null;
