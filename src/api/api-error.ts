import type { FieldError } from "./field-errors.ts";
import type { Status, StatusCause, StatusDetails } from "./types/meta-v1.ts";

/** Upstream's reasons and their HTTP codes (staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go). */
const CODES = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  BadRequest: 400,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  InsufficientStorage: 507,
} as const;

export type StatusReason = keyof typeof CODES;

/** Names a resource in messages: `deployments.apps`, or `pods` in the core group. */
export interface QualifiedResource {
  readonly group: string;
  readonly resource: string;
}

/** A refusal of the API: what becomes a Status with its reason, code, details and upstream's wording. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? status.reason ?? "unknown error");
    this.name = "ApiError";
    this.status = status;
  }

  get reason(): string {
    return this.status.reason ?? "";
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

export function isApiError(error: unknown, reason?: StatusReason): error is ApiError {
  return error instanceof ApiError && (reason === undefined || error.reason === reason);
}

/** `message` is upstream's wording, complete. */
export function apiError(reason: StatusReason, message: string, details?: StatusDetails): ApiError {
  return new ApiError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details ? { details } : {}),
    code: CODES[reason],
  });
}

export function qualified({ group, resource }: QualifiedResource): string {
  return group === "" ? resource : `${resource}.${group}`;
}

const detailsOf = (type: QualifiedResource, name: string): StatusDetails => ({
  ...(name === "" ? {} : { name }),
  ...(type.group === "" ? {} : { group: type.group }),
  ...(type.resource === "" ? {} : { kind: type.resource }),
});

export const notFound = (type: QualifiedResource, name: string): ApiError =>
  apiError("NotFound", `${qualified(type)} "${name}" not found`, detailsOf(type, name));

export const alreadyExists = (type: QualifiedResource, name: string): ApiError =>
  apiError("AlreadyExists", `${qualified(type)} "${name}" already exists`, detailsOf(type, name));

export const conflict = (type: QualifiedResource, name: string, detail: string): ApiError =>
  apiError(
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${detail}`,
    detailsOf(type, name),
  );

/** What kubectl and client-go retry on. */
export const OPTIMISTIC_LOCK =
  "the object has been modified; please apply your changes to the latest version and try again";

export const forbidden = (type: QualifiedResource, name: string, detail: string): ApiError =>
  apiError(
    "Forbidden",
    name === "" ? `${qualified(type)} is forbidden: ${detail}` : `${qualified(type)} "${name}" is forbidden: ${detail}`,
    detailsOf(type, name),
  );

export const badRequest = (message: string): ApiError => apiError("BadRequest", message);

export const internalError = (detail: string): ApiError =>
  apiError("InternalError", `Internal error occurred: ${detail}`, { causes: [{ message: detail }] });

export const expired = (message: string): ApiError => apiError("Expired", message);

/** `kind` is the singular, capitalised kind: upstream names it, not the resource, in details of invalid objects. */
export function invalid(
  type: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const qualifiedKind = type.group === "" ? type.kind : `${type.kind}.${type.group}`;
  const lines = [
    ...new Set(errors.map((error) => (error.path === "" ? error.message : `${error.path}: ${error.message}`))),
  ];
  const text = lines.length === 1 ? (lines[0] ?? "") : `[${lines.join(", ")}]`;
  const causes: StatusCause[] = errors.map(({ path, reason, message }) => ({ reason, message, field: path }));
  return apiError("Invalid", `${qualifiedKind} "${name}" is invalid: ${text}`, {
    ...(name === "" ? {} : { name }),
    ...(type.group === "" ? {} : { group: type.group }),
    kind: type.kind,
    causes,
  });
}
