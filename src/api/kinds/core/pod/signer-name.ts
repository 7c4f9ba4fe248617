import type { FieldErrors } from "../../../field-errors.ts";
import { dnsLabelProblems, dnsSubdomainProblems, type Problems } from "../../../names.ts";

const DOMAIN_MAX_BYTES = 253;
const SIGNER_NAME_MAX_BYTES = 571;

/** `example.com/signer-name`: who signs a certificate (pkg/apis/core/validation/names.go). */
export function validateSignerName(signerName: string, path: string, errors: FieldErrors): void {
  if (!signerName) return errors.required(path, "");
  const [domain = "", name, ...rest] = signerName.split("/");
  if (name === undefined || rest.length > 0) {
    return errors.invalid(
      path,
      signerName,
      "must be a fully qualified domain and path of the form 'example.com/signer-name'",
    );
  }
  if (domain.length > DOMAIN_MAX_BYTES) errors.tooLong(path, DOMAIN_MAX_BYTES);
  const domainLabels = domain.split(".");
  checkFirstMalformed(domain, domainLabels, dnsLabelProblems, path, errors);
  if (domainLabels.length < 2) {
    errors.invalid(path, domain, "should be a domain with at least two segments separated by dots");
  }
  checkFirstMalformed(name, name.split("."), dnsSubdomainProblems, path, errors);
  if (signerName.length > SIGNER_NAME_MAX_BYTES) errors.tooLong(path, SIGNER_NAME_MAX_BYTES);
}

export function isKubernetesSigner(signerName: string): boolean {
  const [domain = ""] = signerName.split("/");
  return domain === "kubernetes.io" || domain.endsWith(".kubernetes.io");
}

/** A bundle of a signer is named `example.com:signer:name`; one without has no colon. */
export function clusterTrustBundleNameProblems(name: string): Problems {
  const end = name.lastIndexOf(":");
  return dnsSubdomainProblems(name.slice(end + 1));
}

/** The others would only repeat the first. */
function checkFirstMalformed(
  value: string,
  labels: readonly string[],
  problemsOf: (label: string) => Problems,
  path: string,
  errors: FieldErrors,
): void {
  const label = labels.find((each) => problemsOf(each).length > 0);
  if (label === undefined) return;
  for (const problem of problemsOf(label)) {
    errors.invalid(path, value, `validating label ${JSON.stringify(label)}: ${problem}`);
  }
}
