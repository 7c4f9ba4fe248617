import { checkFormat } from "../field-checks.ts";
import type { FieldErrors } from "../field-errors.ts";
import { dnsSubdomainProblems, httpPathProblems } from "../names.ts";

/** A name in somebody's domain, `acme.io/foo` (upstream's IsDomainPrefixedPath). */
export function validateDomainPrefixedPath(text: string, path: string, errors: FieldErrors): void {
  const slash = text.indexOf("/");
  const host = text.slice(0, Math.max(slash, 0));
  const file = text.slice(slash + 1);
  if (text === "") errors.required(path, "");
  else if (host === "" || file === "") {
    errors.invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    checkFormat(host, dnsSubdomainProblems(host), path, errors);
    checkFormat(file, httpPathProblems(file), path, errors);
  }
}
