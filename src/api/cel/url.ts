/** URLs in expressions (apiserver/pkg/cel/library/urls.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { BOOL, listType, mapType, STRING, structType } from "../../lib/cel/types.ts";
import { ArrayList, CelError, EntryMap, OpaqueValue } from "../../lib/cel/values.ts";

const URL_TYPE = structType("kubernetes.URL");

interface UrlParts {
  readonly scheme: string;
  /** With the port, and brackets around IPv6. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

class UrlValue extends OpaqueValue {
  override readonly type = URL_TYPE;
  readonly text: string;
  readonly parts: UrlParts;

  constructor(text: string, parts: UrlParts) {
    super();
    this.text = text;
    this.parts = parts;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
}

// eslint-disable-next-line no-control-regex -- what Go refuses in URLs
const CONTROL = /[\u0000-\u001f\u007f]/;
const FORM = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;
const HOST = /^(?:[^@]*@)?(?:\[[0-9A-Fa-f:.]+(?:%25[^\]]+)?\]|[^[\]:\s<>"^`{|}\\]*)(?::[0-9]*)?$/;

/** What Go's ParseRequestURI says of text that is no absolute URL or path; undefined when it is one. */
export function urlProblem(text: string): string | undefined {
  const parsed = parseRequestUrl(text);
  return typeof parsed === "string" ? parsed : undefined;
}

function parseRequestUrl(text: string): UrlParts | string {
  const problem = (why: string): string => `parse ${JSON.stringify(text)}: ${why}`;
  if (text === "") return problem("empty url");
  if (CONTROL.test(text)) return problem("net/url: invalid control character in URL");
  if (text.startsWith(":")) return problem("missing protocol scheme");
  const match = FORM.exec(text);
  const [, scheme = "", authority, path = "", query = ""] = match ?? [];
  if (scheme === "" && !text.startsWith("/")) {
    return problem(/^[^/]*:/.test(text) ? "first path segment in URL cannot contain colon" : "invalid URI for request");
  }
  // An opaque URL like `mailto:a` has no rooted path.
  if (scheme !== "" && authority === undefined && !path.startsWith("/") && path === "")
    return problem("invalid URI for request");
  if (authority !== undefined && !HOST.test(authority)) {
    const port = /:([^:\]]*)$/.exec(authority)?.[1];
    if (port !== undefined && !/^[0-9]*$/.test(port)) {
      return problem(`invalid port ${JSON.stringify(`:${port}`)} after host`);
    }
    return problem("invalid character in host name");
  }
  const badEscape = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(path)?.[0];
  if (badEscape !== undefined) return problem(`invalid URL escape ${JSON.stringify(badEscape)}`);
  return { scheme: scheme.toLowerCase(), host: (authority ?? "").replace(/^[^@]*@/, ""), path, query };
}

function parseUrl(text: string): UrlValue {
  const parsed = parseRequestUrl(text);
  if (typeof parsed === "string") throw new CelError(`URL parse error during conversion from string: ${parsed}`);
  return new UrlValue(text, parsed);
}

const hostname = (host: string): string => host.replace(/:[0-9]*$/, "").replace(/^\[(.*)\]$/, "$1");
const port = (host: string): string => /:([0-9]*)$/.exec(host)?.[1] ?? "";

/** Keeps escapes and escapes what Go would. */
const escapedPath = (path: string): string =>
  encodeURI(path)
    .replaceAll(/%25([0-9A-Fa-f]{2})/g, "%$1")
    .replaceAll("[", "%5B")
    .replaceAll("]", "%5D");

function queryValues(query: string): EntryMap {
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) values.set(key, [...(values.get(key) ?? []), value]);
  return new EntryMap([...values].map(([key, each]) => [key, new ArrayList(each)]));
}

const accessor = (name: string, id: string, of: (parts: UrlParts) => string): FunctionDeclaration => ({
  name,
  overloads: [member(id, [URL_TYPE], STRING, ({ parts }: UrlValue) => of(parts))],
});

export const URL_FUNCTIONS: readonly FunctionDeclaration[] = [
  { name: "url", overloads: [overload("string_to_url", [STRING], URL_TYPE, parseUrl)] },
  {
    name: "isURL",
    overloads: [overload("is_url_string", [STRING], BOOL, (text: string) => urlProblem(text) === undefined)],
  },
  accessor("getScheme", "url_get_scheme", ({ scheme }) => scheme),
  accessor("getHost", "url_get_host", ({ host }) => host),
  accessor("getHostname", "url_get_hostname", ({ host }) => hostname(host)),
  accessor("getPort", "url_get_port", ({ host }) => port(host)),
  accessor("getEscapedPath", "url_get_escaped_path", ({ path }) => escapedPath(path)),
  {
    name: "getQuery",
    overloads: [
      member("url_get_query", [URL_TYPE], mapType(STRING, listType(STRING)), ({ parts }: UrlValue) =>
        queryValues(parts.query),
      ),
    ],
  },
];
