/** What annotations of an Ingress ask for, by the names that ingress-nginx made customary. What cannot be read counts as not said. */
export interface IngressSettings {
  readonly connectTimeoutMs: number;
  /** The longest silence of the server. */
  readonly readTimeoutMs: number;
  /** The longest body of a request; undefined: any. */
  readonly mostBodyBytes: number | undefined;
  readonly redirectsToHttps: boolean | undefined;
  readonly forcesHttps: boolean;
  readonly rewriteTarget: string | undefined;
  readonly usesPatterns: boolean;
  readonly backendProtocol: "HTTP" | "HTTPS" | "GRPC" | "GRPCS";
  readonly redirect: { readonly url: string; readonly status: number } | undefined;
}

const PREFIX = "nginx.ingress.kubernetes.io/";
const DEFAULT_CONNECT_SECONDS = 5;
const DEFAULT_READ_SECONDS = 60;

export function ingressSettings(annotations: Readonly<Record<string, string>>): IngressSettings {
  const text = (name: string): string | undefined => annotations[PREFIX + name];
  const seconds = (name: string, otherwise: number): number => 1000 * (durationSeconds(text(name)) ?? otherwise);
  const rewriteTarget = text("rewrite-target");
  const protocol = text("backend-protocol")?.toUpperCase();
  return {
    connectTimeoutMs: seconds("proxy-connect-timeout", DEFAULT_CONNECT_SECONDS),
    readTimeoutMs: seconds("proxy-read-timeout", DEFAULT_READ_SECONDS),
    mostBodyBytes: sizeBytes(text("proxy-body-size")),
    redirectsToHttps: flag(text("ssl-redirect")),
    forcesHttps: flag(text("force-ssl-redirect")) ?? false,
    rewriteTarget,
    usesPatterns: flag(text("use-regex")) ?? rewriteTarget !== undefined,
    backendProtocol: protocol === "HTTPS" || protocol === "GRPC" || protocol === "GRPCS" ? protocol : "HTTP",
    redirect:
      redirectOf(text("permanent-redirect"), text("permanent-redirect-code"), 301) ??
      redirectOf(text("temporal-redirect"), text("temporal-redirect-code"), 302),
  };
}

const flag = (text: string | undefined): boolean | undefined =>
  text === "true" ? true : text === "false" ? false : undefined;

function durationSeconds(text: string | undefined): number | undefined {
  const match = /^(\d+)(ms|s|m|h)?$/.exec(text ?? "");
  if (!match) return undefined;
  const factor = { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1;
  return Number(match[1]) * factor;
}

/** `8m`, `1g`, `512k`, bytes; 0 is no limit. */
function sizeBytes(text: string | undefined): number | undefined {
  const match = /^(\d+)([kmg])?$/i.exec(text ?? "");
  if (!match) return undefined;
  const factor = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[(match[2] ?? "").toLowerCase()] ?? 1;
  return Number(match[1]) * factor || undefined;
}

function redirectOf(url: string | undefined, code: string | undefined, otherwise: number): IngressSettings["redirect"] {
  if (url === undefined || !/^(https?:\/\/|\/)[^\s]*$/.test(url)) return undefined;
  const status = Number(code);
  return { url, status: Number.isInteger(status) && status >= 300 && status <= 308 ? status : otherwise };
}
