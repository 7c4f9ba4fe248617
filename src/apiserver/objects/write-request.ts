import { apiError, badRequest } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { validateFieldManager } from "../../api/meta-validation.ts";
import type { FieldValidation } from "../../api/schema/decode-body.ts";
import type { Annotate, ApiRequest } from "../api-request.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { ServedResource } from "../served-resources.ts";

/** What every kind of write needs to know of its request. */
export interface WriteRequest {
  readonly resource: ServedResource;
  readonly subresource: string;
  /** Empty for cluster-wide objects. */
  readonly namespace: string;
  /** Empty while a name is still to be generated. */
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Of the two above, what the client said itself. */
  readonly said: { readonly fieldManager?: string; readonly fieldValidation?: string };
  /** A server-side apply, which keeps its own account of who owns what. */
  readonly isApply: boolean;
  readonly warnings: string[];
  readonly annotate?: Annotate | undefined;
  /** Of a deletion: the request is for all that a list shows, and names none. */
  readonly isCollection?: true;
}

const FIELD_VALIDATIONS: readonly FieldValidation[] = ["Ignore", "Warn", "Strict"];
const MAX_FIELD_MANAGER_LENGTH = 128;

/** Reads and checks the write options; `optionsKind` is how messages call them. */
export function writeRequest(request: ApiRequest, optionsKind: string): WriteRequest {
  const { query } = request;
  const errors = new FieldErrors();
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) errors.notSupported("dryRun", dryRun, ["All"]);
  const fieldManager = query.get("fieldManager") ?? "";
  validateFieldManager(fieldManager, "fieldManager", errors);
  const fieldValidation = query.get("fieldValidation") ?? "";
  if (fieldValidation !== "" && !FIELD_VALIDATIONS.includes(fieldValidation as FieldValidation)) {
    errors.notSupported("fieldValidation", fieldValidation, FIELD_VALIDATIONS);
  }
  if (!errors.isEmpty) throw invalidOptions(optionsKind, errors);

  return {
    resource: request.resource,
    subresource: request.subresource,
    namespace: request.namespace,
    name: request.name,
    user: request.user,
    dryRun: dryRun.length > 0,
    fieldManager: fieldManager === "" ? productOf(request.userAgent) : fieldManager,
    // Checked above; the default is upstream's.
    fieldValidation: fieldValidation === "" ? "Warn" : (fieldValidation as FieldValidation),
    said: {
      ...(fieldManager === "" ? {} : { fieldManager }),
      ...(fieldValidation === "" ? {} : { fieldValidation }),
    },
    isApply: false,
    warnings: request.warnings,
    annotate: request.annotate,
  };
}

/** Who writes, when the request does not say: the product in the User-Agent. */
const productOf = (userAgent: string): string => (userAgent.split("/")[0] ?? "").slice(0, MAX_FIELD_MANAGER_LENGTH);

export function invalidOptions(optionsKind: string, errors: FieldErrors): Error {
  const message = errors.errors.map((error) => `${error.path}: ${error.message}`).join(", ");
  const text = errors.errors.length === 1 ? message : `[${message}]`;
  return apiError("Invalid", `${optionsKind}.meta.k8s.io "" is invalid: ${text}`, {
    group: "meta.k8s.io",
    kind: optionsKind,
    causes: errors.errors.map(({ path, reason, message: cause }) => ({ reason, message: cause, field: path })),
  });
}

/** The object's own namespace and name must agree with the path; empty ones are filled in by the caller. */
export function checkIdentity(
  request: Pick<WriteRequest, "namespace" | "name">,
  metadata: { readonly name?: string | undefined; readonly namespace?: string | undefined },
): void {
  if (request.name !== "" && metadata.name && metadata.name !== request.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
  }
  if (metadata.namespace && metadata.namespace !== request.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}
