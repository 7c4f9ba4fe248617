import { checkRequiredAndSupported } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition as Condition,
  CertificateSigningRequestSpec,
} from "../../types/certificates-v1.ts";
import { validateSignerName } from "../core/pod/signer-name.ts";

const SHORTEST_SECONDS = 600;
const DECISIONS: readonly string[] = ["Approved", "Denied"];
const LASTING: readonly string[] = [...DECISIONS, "Failed"];
const CONDITIONS_PATH = "status.conditions";

const USAGES = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];

/** Upstream's validateCertificateSigningRequest, without a look into the request beyond its wrapping. */
export function validateCertificateRequest(
  { spec, status }: CertificateSigningRequest,
  errors: FieldErrors,
  old?: CertificateSigningRequest,
): void {
  if (!old) validateAsked(spec, errors);
  const conditions = status?.conditions ?? [];
  validateConditions(conditions, errors);
  for (const type of LASTING) {
    if (ofType(conditions, type).length < ofType(old?.status?.conditions ?? [], type).length) {
      errors.forbidden(CONDITIONS_PATH, `updates may not remove a condition of type ${JSON.stringify(type)}`);
    }
  }
}

/** Of /status, which issues certificates but does not decide. */
export function validateCertificateStatus(
  object: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
): void {
  validateCertificateRequest(object, errors, old);
  for (const type of DECISIONS) {
    if (ofType(object.status?.conditions ?? [], type).length > ofType(old.status?.conditions ?? [], type).length) {
      errors.forbidden(CONDITIONS_PATH, `updates may not add a condition of type ${JSON.stringify(type)}`);
    }
  }
  const issued = old.status?.certificate ?? "";
  if (issued !== "" && issued !== (object.status?.certificate ?? "")) {
    errors.forbidden("status.certificate", "updates may not modify existing certificate content");
  }
}

/** Nobody can change this later. */
function validateAsked(spec: CertificateSigningRequestSpec, errors: FieldErrors): void {
  // A request that is left out is null.
  const pem = Buffer.from(spec.request ?? "", "base64").toString("latin1");
  if (!/^-----BEGIN CERTIFICATE REQUEST-----\r?\n[^]*^-----END CERTIFICATE REQUEST-----/m.test(pem)) {
    errors.invalid("spec.request", spec.request, "PEM block type must be CERTIFICATE REQUEST");
  }
  validateUsages(spec.usages ?? [], "spec.usages", errors);
  if (spec.signerName === "kubernetes.io/legacy-unknown") {
    const detail = "the legacy signerName is not allowed via this API version";
    errors.invalid("spec.signerName", spec.signerName, detail);
  } else validateSignerName(spec.signerName, "spec.signerName", errors);
  const { expirationSeconds: seconds } = spec;
  if (seconds !== undefined && seconds < SHORTEST_SECONDS) {
    const detail = `may not specify a duration less than ${SHORTEST_SECONDS} seconds (10 minutes)`;
    errors.invalid("spec.expirationSeconds", seconds, detail);
  }
}

function validateUsages(usages: readonly string[], path: string, errors: FieldErrors): void {
  if (usages.length === 0) errors.required(path, "");
  usages.forEach((usage, index) => {
    if (!USAGES.includes(usage)) errors.notSupported(at(path, index), usage, USAGES);
  });
  usages.forEach((usage, index) => {
    if (usages.indexOf(usage) < index) errors.duplicate(at(path, index), usage);
  });
}

function validateConditions(conditions: readonly Condition[], errors: FieldErrors): void {
  const seen = new Set<string>();
  conditions.forEach(({ type, status }, index) => {
    const path = at(CONDITIONS_PATH, index);
    if (!type) errors.required(child(path, "type"), "");
    const statuses = LASTING.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    checkRequiredAndSupported(status, statuses, child(path, "status"), errors);
    const isContradiction = DECISIONS.includes(type) && DECISIONS.some((other) => other !== type && seen.has(other));
    if (isContradiction) {
      errors.invalid(CONDITIONS_PATH, type, "Approved and Denied conditions are mutually exclusive");
    }
    if (seen.has(type)) errors.duplicate(child(path, "type"), type);
    seen.add(type);
  });
}

const ofType = (conditions: readonly Condition[], type: string): readonly Condition[] =>
  conditions.filter((condition) => condition.type === type);
