/** What admission webhooks are asked and answer (admission.k8s.io/v1). */
import type { KubeObject } from "../../api/resource-type.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type { Status } from "../../api/types/meta-v1.ts";
import { uuid } from "../../lib/random.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { Matched } from "../admission/matching.ts";
import { WebhookCallError } from "./webhook-client.ts";

const VERSIONS: readonly string[] = ["v1", "v1beta1"];
const GROUP = "admission.k8s.io";

export interface ReviewQuestion {
  readonly uid: string;
  readonly apiVersion: string;
  readonly body: object;
}

export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly status: Status | undefined;
  /** A JSON patch; undefined where there is none. */
  readonly patch: string | undefined;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** What a request is, to webhooks and expressions alike; without the objects. */
export function requestFacts(request: AdmissionRequest, matched: Matched): Record<string, unknown> {
  const { user, subresource, namespace, operation, dryRun } = request;
  const { group, version, resource } = request.resource.type;
  const requestKind = kindOf(request);
  return {
    kind: matched.kind,
    resource: matched.resource,
    ...(subresource === "" ? {} : { subResource: subresource }),
    requestKind,
    requestResource: { group, version, resource },
    ...(subresource === "" ? {} : { requestSubResource: subresource }),
    ...(nameOf(request) === "" ? {} : { name: nameOf(request) }),
    ...(namespace === "" ? {} : { namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.groups.length > 0 ? { groups: user.groups } : {}),
      ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}),
    },
    dryRun,
    options: optionsOf(request),
  };
}

const OPTIONS = { CREATE: "CreateOptions", UPDATE: "UpdateOptions", DELETE: "DeleteOptions" } as const;

function optionsOf(request: AdmissionRequest): object | null {
  const { operation, dryRun, said, deleteOptions } = request;
  if (operation === "CONNECT") return null;
  return {
    kind: OPTIONS[operation],
    apiVersion: "meta.k8s.io/v1",
    ...(operation === "DELETE" ? deleteOptions : said),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}

/** The kind of what is written: of the object, or of the body that a subresource has of its own. */
function kindOf({ resource: { type }, objectKind }: AdmissionRequest): GroupVersionKind {
  const { group, version, kind } = objectKind ?? type;
  return { group, version, kind };
}

/** Of a connection's options, which have no metadata, the request always says the name. */
export const nameOf = ({ name, object }: AdmissionRequest): string => name || (object?.metadata.name ?? "");

export function reviewQuestion(
  request: AdmissionRequest,
  matched: Matched,
  objects: { readonly object: Readonly<KubeObject> | undefined; readonly oldObject: Readonly<KubeObject> | undefined },
  versions: readonly string[],
): ReviewQuestion {
  const version = versions.find((each) => VERSIONS.includes(each));
  if (version === undefined) {
    throw new WebhookCallError("webhook does not accept known AdmissionReview versions (v1, v1beta1)");
  }
  const uid = uuid();
  const apiVersion = `${GROUP}/${version}`;
  return {
    uid,
    apiVersion,
    body: {
      kind: "AdmissionReview",
      apiVersion,
      request: {
        uid,
        ...requestFacts(request, matched),
        object: objects.object ?? null,
        oldObject: objects.oldObject ?? null,
      },
    },
  };
}

interface WireReview {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly response?: {
    readonly uid?: unknown;
    readonly allowed?: unknown;
    readonly status?: Status;
    readonly patch?: string;
    readonly patchType?: string;
    readonly warnings?: readonly string[];
    readonly auditAnnotations?: Readonly<Record<string, string>>;
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads an answer; throws with upstream's complaint where it is none. */
export function reviewAnswer(question: ReviewQuestion, answer: unknown, mayPatch: boolean): ReviewAnswer {
  const problem = (detail: string): Error => new WebhookCallError(`received invalid webhook response: ${detail}`);
  // What comes from outside is looked at field by field.
  const { apiVersion, kind, response } = (answer ?? {}) as WireReview;
  if (!response) throw problem("webhook response was absent");
  const isV1 = question.apiVersion === `${GROUP}/v1`;
  if (isV1 && response.uid !== question.uid) {
    throw problem(`expected response.uid=${JSON.stringify(question.uid)}, got ${JSON.stringify(response.uid ?? "")}`);
  }
  if (isV1 && (apiVersion !== question.apiVersion || kind !== "AdmissionReview")) {
    throw problem(
      `expected webhook response of ${question.apiVersion}, Kind=AdmissionReview, got ${text(apiVersion)}, Kind=${text(kind)}`,
    );
  }
  const { patch = "", patchType, allowed, status, warnings = [], auditAnnotations = {} } = response;
  if (mayPatch && isV1) {
    if (patch !== "" && patchType === undefined) {
      throw problem("webhook returned response.patch but not response.patchType");
    }
    if (patch === "" && patchType !== undefined) {
      throw problem("webhook returned response.patchType but not response.patch");
    }
    if (patchType === "") throw problem('webhook returned invalid response.patchType of ""');
  }
  if (!mayPatch && isV1 && patch !== "") throw problem("validating webhook may not return response.patch");
  if (!mayPatch && isV1 && patchType !== undefined)
    throw problem("validating webhook may not return response.patchType");
  if (patch !== "" && patchType !== undefined && patchType !== "JSONPatch") {
    throw new WebhookCallError(`unsupported patch type ${JSON.stringify(patchType)}`);
  }
  return {
    allowed: allowed === true,
    status,
    patch: mayPatch && patch !== "" ? Buffer.from(patch, "base64").toString("utf8") : undefined,
    warnings,
    auditAnnotations,
  };
}
