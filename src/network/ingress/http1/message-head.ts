/**
 * The heads of HTTP/1 messages (RFC 9112), read strictly: what two programs could read in two ways is refused, because behind a proxy that
 * difference smuggles requests.
 */
export interface Header {
  readonly name: string;
  readonly lowerName: string;
  readonly value: string;
}

export interface RequestHead {
  readonly method: string;
  /** As the client wrote it: a path with its query, or `*`. */
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly headers: readonly Header[];
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly minorVersion: 0 | 1;
  readonly headers: readonly Header[];
}

/** A message that is refused, and how: the status for a client; what a server sends is a bad gateway whatever it was. */
export class BadMessage extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const LONGEST_HEAD = 65_536;

/** Where the head ends that begins `bytes`, behind its empty line; undefined while that has not come. */
export function headEnd(bytes: Buffer): number | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  // Small servers end lines with a line feed alone; Go's client, and so many proxies, takes that.
  const bare = bytes.indexOf("\n\n");
  if (bare >= 0 && (end < 0 || bare < end)) return bare + 2;
  return end < 0 ? undefined : end + 4;
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Anything but control characters; the tab is allowed. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;
// oxlint-disable-next-line no-control-regex -- as above
const FORBIDDEN_IN_TARGET = /[\u0000-\u0020\u007f]/;

export function parseRequestHead(bytes: Buffer): RequestHead {
  const lines = linesOf(bytes);
  const [method = "", target = "", version = "", ...rest] = (lines[0] ?? "").split(" ");
  if (rest.length > 0 || !METHOD.test(method) || target === "" || FORBIDDEN_IN_TARGET.test(target)) {
    throw new BadMessage(400, "malformed request line");
  }
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") {
    throw new BadMessage(version.startsWith("HTTP/") ? 505 : 400, "unsupported protocol version");
  }
  return { method, target, minorVersion: version === "HTTP/1.1" ? 1 : 0, headers: headersOf(lines) };
}

export function parseResponseHead(bytes: Buffer): ResponseHead {
  const lines = linesOf(bytes);
  const match = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(lines[0] ?? "");
  if (!match) throw new BadMessage(502, "malformed status line");
  return {
    minorVersion: match[1] === "1" ? 1 : 0,
    status: Number(match[2]),
    reason: match[3] ?? "",
    headers: headersOf(lines),
  };
}

function linesOf(bytes: Buffer): readonly string[] {
  return bytes.toString("latin1").trimEnd().split(/\r?\n/);
}

function headersOf(lines: readonly string[]): readonly Header[] {
  const headers: Header[] = [];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    // A line that begins with a space continued the one before in old times, and is refused like any other nonsense.
    if (colon < 1 || !HEADER_NAME.test(name) || FORBIDDEN_IN_VALUE.test(value)) {
      throw new BadMessage(400, "malformed header");
    }
    headers.push({ name, lowerName: name.toLowerCase(), value });
  }
  return headers;
}

/** The value of a header that may stand there once; undefined when it does not. */
export function singleHeader(headers: readonly Header[], lowerName: string): string | undefined {
  const found = headers.filter((each) => each.lowerName === lowerName);
  if (found.length > 1 && found.some(({ value }) => value !== found[0]?.value)) {
    throw new BadMessage(400, `several ${lowerName} headers`);
  }
  return found[0]?.value;
}

/** The value of a header, or its values joined by commas; undefined when it is not there. */
export function joinedHeader(headers: readonly Header[], lowerName: string): string | undefined {
  const found = headers.filter((each) => each.lowerName === lowerName);
  return found.length === 0 ? undefined : found.map(({ value }) => value).join(", ");
}

/** The words of a header that is a list, in lower case. */
export function listedWords(headers: readonly Header[], lowerName: string): readonly string[] {
  return headers
    .filter((each) => each.lowerName === lowerName)
    .flatMap(({ value }) => value.split(","))
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");
}

/** What belongs to one connection only (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "upgrade",
]);

/** Headers for the next hop. Transfer-Encoding stays: bodies are passed on as they are framed. */
export function endToEnd(headers: readonly Header[]): readonly Header[] {
  const named = listedWords(headers, "connection");
  return headers.filter(
    ({ lowerName }) =>
      !HOP_BY_HOP.has(lowerName) &&
      (!named.includes(lowerName) || lowerName === "transfer-encoding" || lowerName === "content-length"),
  );
}

export function headText(startLine: string, headers: readonly Pick<Header, "name" | "value">[]): string {
  let text = `${startLine}\r\n`;
  for (const { name, value } of headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}
