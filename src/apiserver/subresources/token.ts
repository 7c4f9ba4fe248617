import { badRequest, conflict, invalid, notFound } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { nodes, pods, secrets, serviceaccounts } from "../../api/resources.ts";
import type { BoundObjectReference, TokenRequest } from "../../api/types/authentication-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { commandReview } from "../admission/command-review.ts";
import { plain, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import type { TokenSubject } from "../auth/service-account-tokens.ts";
import { decodeAs } from "../decode.ts";
import type { Handlers } from "../handlers.ts";
import { writeRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";

/** Issues a token of a service account. */
export const token: Handlers = { create: requestToken };

const TOKEN_REQUEST = { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" };
const MIN_SECONDS = 10 * 60;
const MAX_SECONDS = 2 ** 32;
const DEFAULT_SECONDS = 3600;
/**
 * What the tokens in pods ask for. Old programs read theirs once and never again, so these work for a year, and only warn
 * after the hour (KEP-1205).
 */
const POD_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

async function requestToken(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const { reader, tokens, clock } = context;
  const { namespace, name } = request;
  const write = writeRequest(request, "CreateOptions");
  // The definition says so.
  const wanted = decodeAs(request.body, TOKEN_REQUEST, DEFINITION, write) as unknown as TokenRequest;
  const review = commandReview(write, wanted, TOKEN_REQUEST);
  await context.admission.admit(review);
  checkIdentity(wanted, request);
  const account = await reader.find(serviceaccounts, namespace, name);
  if (!account) throw notFound(serviceaccounts, name);
  const { uid = "" } = account.metadata;
  if (wanted.metadata.uid && wanted.metadata.uid !== uid) {
    const detail = `the UID in the token request (${wanted.metadata.uid}) does not match the UID of the service account (${uid})`;
    throw conflict({ group: TOKEN_REQUEST.group, resource: TOKEN_REQUEST.kind }, name, detail);
  }
  // Decoded fields that were not given are null.
  const { boundObjectRef, ...spec } = wanted.spec ?? {};
  const expirationSeconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
  const asked = spec.audiences ?? [];
  checkLifetime(expirationSeconds);
  const audiences = asked.length > 0 ? asked : [tokens.issuer];
  const now = clock.now();
  wanted.metadata = { ...wanted.metadata, name, namespace, uid, creationTimestamp: timestamp(now) };
  wanted.spec = { ...wanted.spec, audiences, expirationSeconds };
  await context.admission.validate(review);
  const bound = boundObjectRef ? await boundObjects(context, namespace, name, boundObjectRef) : {};
  const isExtended =
    bound.pod !== undefined &&
    expirationSeconds === POD_SECONDS &&
    audiences.every((audience) => audience === tokens.issuer);
  const issued = tokens.issue(
    { namespace, account: { name, uid }, ...bound },
    isExtended ? { seconds: EXTENDED_SECONDS, warnAfterSeconds: POD_SECONDS } : { seconds: expirationSeconds },
    audiences,
  );
  const answer: TokenRequest = {
    kind: TOKEN_REQUEST.kind,
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, uid, creationTimestamp: timestamp(now) },
    spec: wanted.spec,
    status: { token: issued, expirationTimestamp: timestamp(now + expirationSeconds * 1000) },
  };
  return plain(answer, 201);
}

const DEFINITION = "io.k8s.api.authentication.v1.TokenRequest";

function checkIdentity({ metadata }: TokenRequest, { name, namespace }: ApiRequest): void {
  const errors = new FieldErrors();
  if (metadata.name && metadata.name !== name) {
    errors.invalid("metadata.name", metadata.name, "must match the service account name if specified");
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    errors.invalid("metadata.namespace", metadata.namespace, "must match the service account namespace if specified");
  }
  if (!errors.isEmpty) throw invalid(TOKEN_REQUEST, name, errors.errors);
}

function checkLifetime(seconds: number): void {
  const errors = new FieldErrors();
  const path = "spec.expirationSeconds";
  if (seconds < MIN_SECONDS) errors.invalid(path, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > MAX_SECONDS) errors.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds");
  if (!errors.isEmpty) throw invalid(TOKEN_REQUEST, "", errors.errors);
}

/** What the token shall die with. */
async function boundObjects(
  { reader }: ServerContext,
  namespace: string,
  account: string,
  reference: BoundObjectReference,
): Promise<Pick<TokenSubject, "pod" | "node" | "secret">> {
  const { apiVersion = "v1", kind = "", name = "" } = reference;
  switch (apiVersion === "v1" ? kind : "") {
    case "Pod": {
      const pod = await reader.find(pods, namespace, name);
      if (!pod) throw notFound(pods, name);
      if (pod.spec?.serviceAccountName !== account) {
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
        );
      }
      checkUid(reference, pod.metadata.uid);
      const { nodeName } = pod.spec;
      const node = nodeName ? await reader.find(nodes, "", nodeName) : undefined;
      return {
        pod: { name, uid: pod.metadata.uid },
        ...(nodeName ? { node: { name: nodeName, uid: node?.metadata.uid } } : {}),
      };
    }
    case "Secret": {
      const secret = await reader.find(secrets, namespace, name);
      if (!secret) throw notFound(secrets, name);
      checkUid(reference, secret.metadata.uid);
      return { secret: { name, uid: secret.metadata.uid } };
    }
    case "Node": {
      const node = await reader.find(nodes, "", name);
      if (!node) throw notFound(nodes, name);
      checkUid(reference, node.metadata.uid);
      return { node: { name, uid: node.metadata.uid } };
    }
    default:
      throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  }
}

function checkUid({ kind = "", name = "", uid }: BoundObjectReference, actual: string | undefined): void {
  if (!uid || uid === actual) return;
  const detail = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict({ group: "", resource: kind }, name, detail);
}
