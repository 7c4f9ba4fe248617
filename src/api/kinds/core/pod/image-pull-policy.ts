import { checkRequiredAndSupported } from "../../../field-checks.ts";
import type { FieldErrors } from "../../../field-errors.ts";

/** When an image is fetched if the user does not say: always when its tag is, or would be, `latest`. */
export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  const match = REFERENCE.exec(image);
  // A name that is no reference has no tag; validation and the runtime refuse it in their own words.
  if (!match || IDENTIFIER.test(image)) return "IfNotPresent";
  const [, tag, digest] = match;
  return (tag ?? (digest === undefined ? "latest" : "")) === "latest" ? "Always" : "IfNotPresent";
}

/** The grammar of github.com/distribution/reference: `[domain[:port]/]path[:tag][@digest]`. */
const DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(
  `^(?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*(?::([\\w][\\w.-]{0,127}))?(?:@(${DIGEST}))?$`,
);
/** 64 hexadecimal digits are an image's id. */
const IDENTIFIER = /^[a-f0-9]{64}$/;

export function validatePullPolicy(policy: string | undefined, path: string, errors: FieldErrors): void {
  checkRequiredAndSupported(policy, ["Always", "IfNotPresent", "Never"], path, errors);
}
