import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../../lib/user-error.ts";

/** Where the engine listens, as the `docker` command would find it. */
export type DockerEndpoint =
  | { readonly type: "socket"; readonly path: string }
  | {
      readonly type: "tcp";
      readonly host: string;
      readonly port: number;
      /** PEM; undefined speaks plain HTTP. */
      readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
    };

/** The part of the environment that decides. */
export interface DockerEnvironment {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";
const DEFAULT_TCP_PORT = 2375;
const DEFAULT_TLS_PORT = 2376;

/** In the order of the `docker` command: DOCKER_HOST, DOCKER_CONTEXT, the current context of its config file, the default socket. */
export async function dockerEndpoint({ home, env }: DockerEnvironment): Promise<DockerEndpoint> {
  const configDirectory = env["DOCKER_CONFIG"] ?? join(home, ".docker");
  if (env["DOCKER_HOST"]) {
    const certificates = env["DOCKER_TLS_VERIFY"] ? (env["DOCKER_CERT_PATH"] ?? configDirectory) : undefined;
    return await endpointOf(env["DOCKER_HOST"], certificates, "DOCKER_HOST");
  }
  const context = env["DOCKER_CONTEXT"] ?? (await currentContext(configDirectory)) ?? "default";
  if (context === "default") return { type: "socket", path: DEFAULT_SOCKET };
  return await contextEndpoint(configDirectory, context);
}

async function currentContext(configDirectory: string): Promise<string | undefined> {
  const config = await readJson(join(configDirectory, "config.json"));
  const name = config?.["currentContext"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Contexts live in folders named by the hash of their name. */
async function contextEndpoint(configDirectory: string, context: string): Promise<DockerEndpoint> {
  const id = createHash("sha256").update(context).digest("hex");
  const meta = await readJson(join(configDirectory, "contexts", "meta", id, "meta.json"));
  const host = field(field(field(meta, "Endpoints"), "docker"), "Host");
  if (typeof host !== "string") {
    throw new UserError(`Docker context "${context}" does not exist`, {
      hint: "Choose another one with: docker context use NAME",
    });
  }
  const certificates = join(configDirectory, "contexts", "tls", id, "docker");
  const hasCertificates = await Bun.file(join(certificates, "cert.pem")).exists();
  return await endpointOf(host, hasCertificates ? certificates : undefined, `Docker context "${context}"`);
}

async function endpointOf(host: string, certificates: string | undefined, source: string): Promise<DockerEndpoint> {
  if (host.startsWith("unix://")) return { type: "socket", path: host.slice("unix://".length) || DEFAULT_SOCKET };
  const url = URL.parse(host.includes("://") ? host : `tcp://${host}`);
  if (url && (url.protocol === "tcp:" || url.protocol === "http:" || url.protocol === "https:") && url.hostname) {
    const tls = certificates === undefined ? undefined : await readCertificates(certificates, source);
    const port = Number(url.port) || (tls ? DEFAULT_TLS_PORT : DEFAULT_TCP_PORT);
    return { type: "tcp", host: url.hostname, port, tls };
  }
  throw new UserError(`${source} is "${host}": the engine must be reachable as unix:// or tcp://`, {
    hint: "Volumes are folders of this machine, so the engine must run on it: unset DOCKER_HOST, or use another context",
  });
}

async function readCertificates(directory: string, source: string) {
  try {
    const [ca, cert, key] = await Promise.all(
      ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(join(directory, name), "utf8")),
    );
    return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
  } catch (cause) {
    throw new UserError(`Cannot read the TLS certificates of ${source} in "${directory}"`, { cause });
  }
}

/** Undefined when the file is missing; a broken one is a mistake to report. */
async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  const file = Bun.file(path);
  if (!(await file.exists())) return undefined;
  const parsed: unknown = await file.json().catch((cause: unknown) => {
    throw new UserError(`Cannot read Docker's file "${path}"`, { cause });
  });
  return isRecord(parsed) ? parsed : undefined;
}

const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
