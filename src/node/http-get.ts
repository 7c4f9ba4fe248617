import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import type { Container, HTTPGetAction } from "../api/types/core-v1.ts";
import { kubernetesVersion } from "../lib/version.ts";
import { containerPort } from "./container/container-port.ts";
import type { PodDialer } from "./pod-dialer.ts";

export interface HttpAnswer {
  readonly statusCode: number;
  /** The beginning of it. */
  readonly body: string;
}

/** A request as probes and hooks make it: one GET, on a connection of its own, trusting every certificate. */
export interface HttpGet {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const LONGEST_BODY = 10 * 1024;
const LONGEST_HEAD = 64 * 1024;
const MOST_REDIRECTS = 10;

export function httpGetOf(
  action: HTTPGetAction,
  container: Container,
  podIp: string,
  purpose: "probe" | "lifecycle",
): HttpGet {
  const { major, minor } = kubernetesVersion;
  const given = (action.httpHeaders ?? []).map(({ name, value }) => [name, value] as const);
  const has = (header: string): boolean => given.some(([name]) => name.toLowerCase() === header);
  return {
    scheme: action.scheme?.toUpperCase() === "HTTPS" ? "https" : "http",
    host: action.host || podIp,
    port: containerPort(action.port, container),
    path: action.path || "/",
    headers: [
      ...given.filter(([name, value]) => name.toLowerCase() !== "accept" || value !== ""),
      ...(has("user-agent") ? [] : [["User-Agent", `kube-${purpose}/${major}.${minor}`] as const]),
      ...(has("accept") ? [] : [["Accept", "*/*"] as const]),
    ],
  };
}

/** Follows redirects that stay on the host, as the kubelet does; one that leads elsewhere is the answer itself. */
export async function sendHttpGet(get: HttpGet, dialer: PodDialer, signal: AbortSignal): Promise<HttpAnswer> {
  let current = get;
  for (let redirects = 0; redirects < MOST_REDIRECTS; redirects++) {
    const { location, ...answer } = await sendOnce(current, dialer, signal);
    const next = redirected(current, answer.statusCode, location);
    if (!next) return answer;
    current = next;
  }
  throw new Error(`stopped after ${MOST_REDIRECTS} redirects`);
}

function redirected(get: HttpGet, statusCode: number, location: string | undefined): HttpGet | undefined {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const url = URL.parse(location, `${get.scheme}://${authority(get)}${get.path}`);
  if (!url || url.hostname !== bracketed(get.host)) return undefined;
  const scheme = url.protocol === "https:" ? "https" : "http";
  const port = url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port);
  return { ...get, scheme, port, path: `${url.pathname}${url.search}` };
}

async function sendOnce(
  get: HttpGet,
  dialer: PodDialer,
  signal: AbortSignal,
): Promise<HttpAnswer & { readonly location: string | undefined }> {
  const plain = await dialer.dial(get.host, get.port, signal);
  const socket: Socket = get.scheme === "https" ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain;
  const onAbort = (): void => void plain.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    socket.write(requestText(get));
    return parsed(await readAnswer(socket));
  } finally {
    signal.removeEventListener("abort", onAbort);
    plain.destroy();
  }
}

function requestText(get: HttpGet): string {
  const { path, headers } = get;
  const hasHost = headers.some(([name]) => name.toLowerCase() === "host");
  const lines = [...(hasHost ? [] : [["Host", authority(get)] as const]), ...headers, ["Connection", "close"] as const];
  const target = path.startsWith("/") ? path : `/${path}`;
  return `GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** Reads what is needed of an answer: its head, and the body as far as it is kept. */
function readAnswer(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const bodyStart = bytes.indexOf("\r\n\r\n") + 4;
      if (bodyStart < 4 && bytes.length > LONGEST_HEAD) reject(new Error("the answer's head is too long"));
      if (bodyStart >= 4 && bytes.length - bodyStart >= bodyLength(bytes.subarray(0, bodyStart))) resolve(bytes);
    });
    socket.once("error", reject);
    socket.once("close", () => {
      if (bytes.length > 0) resolve(bytes);
      else reject(new Error("EOF"));
    });
  });
}

/** How much of the body to wait for. */
function bodyLength(head: Buffer): number {
  const declared = /^content-length:\s*(\d+)/im.exec(head.toString("latin1"))?.[1];
  return Math.min(declared === undefined ? LONGEST_BODY : Number(declared), LONGEST_BODY);
}

function parsed(bytes: Buffer): HttpAnswer & { readonly location: string | undefined } {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const head = bytes.subarray(0, headEnd < 0 ? bytes.length : headEnd).toString("latin1");
  const statusCode = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (statusCode === undefined) {
    throw new Error(`malformed HTTP response ${JSON.stringify(head.split("\r\n")[0]?.slice(0, 100))}`);
  }
  const body = headEnd < 0 ? "" : bytes.subarray(headEnd + 4, headEnd + 4 + LONGEST_BODY).toString("utf8");
  return { statusCode: Number(statusCode), body, location: /^location:\s*(\S+)/im.exec(head)?.[1] };
}

const authority = ({ host, port }: HttpGet): string => `${bracketed(host)}:${port}`;
const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);
