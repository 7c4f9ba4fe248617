import { badRequest } from "../api/api-error.ts";

/** Where the next page of a list starts. Clients must not look inside; it has the form of Kubernetes' own tokens. */
export interface ContinuePosition {
  /** The revision all pages show; undefined: this page shows what is there now. */
  readonly revision: number | undefined;
  /** The last key of the page before. */
  readonly after: string;
}

const VERSION = "meta.k8s.io/v1";
const ANY_REVISION = -1;

export function continueToken({ revision, after }: ContinuePosition, prefix: string): string {
  const token = { v: VERSION, rv: revision ?? ANY_REVISION, start: after.slice(prefix.length) };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

export function parseContinueToken(token: string, prefix: string): ContinuePosition {
  const parsed = decoded(token);
  if (parsed.v !== VERSION) {
    throw badRequest("continue key is not valid: server does not recognize this encoded version");
  }
  const { rv, start } = parsed;
  if (typeof rv !== "number" || !Number.isSafeInteger(rv) || rv === 0) {
    throw badRequest("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof start !== "string" || start === "") {
    throw badRequest("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
  }
  return { revision: rv < 0 ? undefined : rv, after: prefix + start };
}

function decoded(token: string): { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through to the same refusal.
  }
  throw badRequest("continue key is not valid: token is not readable");
}
