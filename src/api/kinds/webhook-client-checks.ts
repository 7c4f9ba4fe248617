/** How a webhook is reached, wherever it is configured (apiserver/pkg/util/webhook/validation.go). */
import { isCaBundle } from "../ca-bundle.ts";
import { child, type FieldErrors } from "../field-errors.ts";
import { dnsSubdomainProblems, portNumberProblems } from "../names.ts";

const FORM = "; desired format: https://host[/path]";

export function checkWebhookUrl(text: string, path: string, errors: FieldErrors): void {
  const [, scheme = "", rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  const [, authority = "", , query, fragment] =
    /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf("@");
  if (scheme.toLowerCase() !== "https") {
    errors.invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`);
  }
  if (authority.slice(at + 1) === "") errors.invalid(path, "", `host must be specified${FORM}`);
  if (at !== -1) errors.invalid(path, authority.slice(0, at), "user information is not permitted in the URL");
  if (fragment) errors.invalid(path, fragment, "fragments are not permitted in the URL");
  if (query) errors.invalid(path, query, "query parameters are not permitted in the URL");
}

export function checkWebhookService(
  service: {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly path?: string | undefined;
    readonly port?: number | undefined;
  },
  path: string,
  errors: FieldErrors,
): void {
  if (!service.name) errors.required(child(path, "name"), "");
  if (!service.namespace) errors.required(child(path, "namespace"), "");
  const port = service.port ?? 443;
  const problems = portNumberProblems(port);
  if (problems.length > 0) errors.invalid(child(path, "port"), port, `port is not valid: ${problems.join(", ")}`);
  if (service.path !== undefined) checkUrlPath(service.path, child(path, "path"), errors);
}

function checkUrlPath(text: string, path: string, errors: FieldErrors): void {
  if (text === "/" || text === "") return;
  if (text === "//") {
    errors.invalid(path, text, "segment[0] may not be empty");
    return;
  }
  if (!text.startsWith("/")) errors.invalid(path, text, "must start with a '/'");
  const segments = text.slice(1).replace(/\/$/, "").split("/");
  for (const [index, segment] of segments.entries()) {
    if (segment === "") errors.invalid(path, text, `segment[${index}] may not be empty`);
    else
      for (const problem of dnsSubdomainProblems(segment)) errors.invalid(path, text, `segment[${index}]: ${problem}`);
  }
}

export function checkCaBundle(caBundle: string, path: string, errors: FieldErrors): void {
  if (isCaBundle(caBundle)) return;
  const detail = "unable to load root certificates: unable to parse bytes as PEM block";
  errors.invalid(path, caBundle, detail);
}
