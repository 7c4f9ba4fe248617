import type { Secret } from "../../api/types/core-v1.ts";
import { parseImageReference } from "../runtime/image-reference.ts";
import type { RegistryCredentials } from "../runtime/runtime.ts";

/** Credentials that a pod's pull secrets hold for an image, the most specific first. */
export const pullCredentials = (image: string, secrets: readonly Secret[]): RegistryCredentials[] =>
  chosen(image, secrets.flatMap(entriesOf));

/** Those in a configuration of Docker. */
export const credentialsIn = (image: string, config: object): RegistryCredentials[] =>
  chosen(image, loginsOf("auths" in config ? config.auths : undefined));

type Entry = readonly [scope: string, login: Login];

function chosen(image: string, entries: readonly Entry[]): RegistryCredentials[] {
  const { repository } = parseImageReference(image);
  return entries
    .filter(([scope]) => isWithin(repository, scope))
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([scope, { username, password }]) => ({ username, password, serverAddress: scope.split("/")[0] ?? scope }));
}

interface Login {
  readonly username: string;
  readonly password: string;
}

function entriesOf({ data }: Secret): Entry[] {
  const current = decoded(data?.[".dockerconfigjson"]);
  return loginsOf(isRecord(current) && isRecord(current["auths"]) ? current["auths"] : decoded(data?.[".dockercfg"]));
}

function loginsOf(auths: unknown): Entry[] {
  if (!isRecord(auths)) return [];
  return Object.entries(auths).flatMap(([url, entry]) => {
    const login = loginOf(entry);
    return login ? [[scopeOf(url), login] as const] : [];
  });
}

/** Undefined for what is not JSON: a broken secret gives no credentials, and the registry says what it thinks of that. */
function decoded(base64: string | undefined): unknown {
  try {
    return base64 === undefined ? undefined : JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
}

function loginOf(entry: unknown): Login | undefined {
  if (!isRecord(entry)) return undefined;
  const { username, password, auth } = entry;
  if (typeof username === "string" && typeof password === "string") return { username, password };
  if (typeof auth !== "string") return undefined;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** `https://index.docker.io/v1/` is how Docker has always called docker.io. */
function scopeOf(url: string): string {
  const scope = url.replace(/^https?:\/\//, "").replace(/\/(v1|v2)?\/?$/, "");
  return scope === "index.docker.io" || scope === "registry-1.docker.io" ? "docker.io" : scope;
}

/** A scope is a host, maybe with `*` for parts of its name, and maybe the beginning of a path. */
function isWithin(repository: string, scope: string): boolean {
  const [host = "", ...path] = scope.split("/");
  const [imageHost = "", ...imagePath] = repository.split("/");
  const pattern = new RegExp(
    `^${host
      .split("*")
      .map((part) => RegExp.escape(part))
      .join("[^.]*")}$`,
  );
  return pattern.test(imageHost) && `${imagePath.join("/")}/`.startsWith(path.length > 0 ? `${path.join("/")}/` : "");
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
