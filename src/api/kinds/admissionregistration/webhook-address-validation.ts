/** Where webhooks of admission and of conversion may be (apiserver/pkg/util/webhook/validation.go). */
import type { FieldErrors } from "../../field-errors.ts";
import { dnsSubdomainProblems, portNumberProblems } from "../../names.ts";

const FORM = "; desired format: https://host[/path]";

export function validateWebhookUrl(url: string, path: string, errors: FieldErrors): void {
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url);
  const [, scheme = "", user, host = "", , query = "", fragment = ""] = match ?? [];
  // eslint-disable-next-line no-control-regex -- what Go refuses in URLs
  if (!match || /[\u0000-\u001f\u007f]/.test(url) || url.startsWith(":")) {
    const why = url.startsWith(":") ? "missing protocol scheme" : "net/url: invalid control character in URL";
    errors.required(path, `url must be a valid URL: parse ${JSON.stringify(url)}: ${why}${FORM}`);
    return;
  }
  if (scheme.toLowerCase() !== "https") errors.invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (host === "") errors.invalid(path, host, `host must be specified${FORM}`);
  if (user !== undefined) errors.invalid(path, user, "user information is not permitted in the URL");
  if (fragment !== "") errors.invalid(path, fragment, "fragments are not permitted in the URL");
  if (query !== "") errors.invalid(path, query, "query parameters are not permitted in the URL");
}

export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
}

export function validateWebhookService(service: WebhookService, path: string, errors: FieldErrors): void {
  if (service.name === "") errors.required(`${path}.name`, "");
  if (service.namespace === "") errors.required(`${path}.namespace`, "");
  const { port = 443, path: urlPath } = service;
  const portProblems = portNumberProblems(port);
  if (portProblems.length > 0) errors.invalid(`${path}.port`, port, `port is not valid: ${portProblems.join(", ")}`);
  if (urlPath === undefined || urlPath === "/" || urlPath === "") return;
  const refuse = (why: string): void => errors.invalid(`${path}.path`, urlPath, why);
  if (urlPath === "//") return refuse("segment[0] may not be empty");
  if (!urlPath.startsWith("/")) refuse("must start with a '/'");
  urlPath
    .slice(1)
    .replace(/\/$/, "")
    .split("/")
    .forEach((step, index) => {
      if (step === "") return refuse(`segment[${index}] may not be empty`);
      for (const problem of dnsSubdomainProblems(step)) refuse(`segment[${index}]: ${problem}`);
      return undefined;
    });
}
