import { changedHeaders, type MessageChanges } from "../header-changes.ts";
import type { ClientInfo } from "./client-connection.ts";
import { endToEnd, type Header, headText, listedWords, type RequestHead } from "./message-head.ts";

/** What a proxy says of the client; whatever the client itself claims there counts for nothing but the chain of addresses. */
const FORWARDED: ReadonlySet<string> = new Set([
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-real-ip",
  "x-scheme",
]);

const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** Asked twice, a server does the same once more, and no harm. */
export const isRepeatable = (method: string): boolean => REPEATABLE.has(method);

export interface RequestDestination {
  readonly authority: string;
  readonly target: string;
  readonly client: ClientInfo;
  readonly changes: MessageChanges | undefined;
}

/** The head of a request as the server gets it. */
export function requestHeadText(head: RequestHead, to: RequestDestination): string {
  const { client, changes } = to;
  const scheme = client.isTls ? "https" : "http";
  const chain = head.headers.filter(({ lowerName }) => lowerName === "x-forwarded-for").map(({ value }) => value);
  const passed = endToEnd(head.headers).filter(
    ({ lowerName }) => !FORWARDED.has(lowerName) && lowerName !== "x-forwarded-for" && lowerName !== "host",
  );
  const headers: readonly Pick<Header, "name" | "value">[] = [
    { name: "Host", value: changes?.authority ?? to.authority },
    ...changedHeaders(passed, changes?.request),
    ...upgradeHeaders(head),
    { name: "X-Forwarded-For", value: [...chain, client.ip].join(", ") },
    { name: "X-Forwarded-Host", value: to.authority },
    { name: "X-Forwarded-Port", value: String(client.port) },
    { name: "X-Forwarded-Proto", value: scheme },
    { name: "X-Real-IP", value: client.ip },
  ];
  // An old client would not understand an answer in chunks, so the server is spoken to as the client speaks.
  return headText(`${head.method} ${to.target} HTTP/1.${head.minorVersion}`, headers);
}

function upgradeHeaders({ headers, minorVersion }: RequestHead): readonly Pick<Header, "name" | "value">[] {
  const upgrade = headers.filter(({ lowerName }) => lowerName === "upgrade");
  if (upgrade.length > 0 && listedWords(headers, "connection").includes("upgrade")) {
    return [...upgrade, { name: "Connection", value: "Upgrade" }];
  }
  return minorVersion === 0 ? [{ name: "Connection", value: "keep-alive" }] : [];
}
