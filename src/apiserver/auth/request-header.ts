import type { Authenticator } from "./authenticator.ts";

/*
 * How a server in front of another tells it for whom a request is: in headers that are believed because the connection is made with a
 * certificate of an authority of its own (apiserver/pkg/authentication/request/headerrequest).
 */

export const USER_HEADER = "X-Remote-User";
export const UID_HEADER = "X-Remote-Uid";
export const GROUP_HEADER = "X-Remote-Group";
export const EXTRA_HEADER_PREFIX = "X-Remote-Extra-";

/** Believes the headers of those whose certificate has one of these names. */
export function requestHeaderAuthenticator(allowedNames: readonly string[]): Authenticator {
  return {
    authenticate({ clientCertificate, rawHeaders }) {
      if (clientCertificate?.authority !== "front-proxy") return undefined;
      if (!allowedNames.includes(clientCertificate.commonName)) return "rejected";
      const name = valuesOf(rawHeaders, USER_HEADER)[0] ?? "";
      if (name === "") return "rejected";
      const uid = valuesOf(rawHeaders, UID_HEADER)[0];
      const extra = extraOf(rawHeaders);
      return {
        name,
        ...(uid ? { uid } : {}),
        groups: valuesOf(rawHeaders, GROUP_HEADER).filter((group) => group !== ""),
        ...(Object.keys(extra).length > 0 ? { extra } : {}),
      };
    },
  };
}

function valuesOf(rawHeaders: readonly string[], header: string): string[] {
  const wanted = header.toLowerCase();
  return [...headerLines(rawHeaders)].flatMap(([name, value]) => (name === wanted ? [value] : []));
}

function extraOf(rawHeaders: readonly string[]): Record<string, string[]> {
  const prefix = EXTRA_HEADER_PREFIX.toLowerCase();
  const extra: Record<string, string[]> = {};
  for (const [name, value] of headerLines(rawHeaders)) {
    if (name.startsWith(prefix)) (extra[unescaped(name.slice(prefix.length))] ??= []).push(value);
  }
  return extra;
}

function* headerLines(rawHeaders: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [(rawHeaders[index] ?? "").toLowerCase(), rawHeaders[index + 1] ?? ""];
  }
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    // Kept as it is rather than lost, as upstream does.
    return key;
  }
}
