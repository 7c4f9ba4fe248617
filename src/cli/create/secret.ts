import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { secrets } from "../../api/resources.ts";
import { goJson } from "../../lib/json/json-text.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { booleanFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { type KubectlCommand, subcommandsOnly } from "../kubectl-command.ts";
import { contentHash } from "./append-hash.ts";
import { type GeneratedObject, generator } from "./generator.ts";
import { type KeyMessages, keysFrom, keySourceFlags } from "./key-sources.ts";

const appendHash = booleanFlag("Append a hash of the secret to its name.");

const messages: KeyMessages = {
  invalidKey: (key, problems) => `${JSON.stringify(key)} is not valid key name for a Secret ${problems.join(";")}`,
  duplicateKey: (key) => `cannot add key ${key}, another key by that name already exists`,
  envFileIsFolder: "env secret file cannot be a directory",
};

const genericCommand = generator({
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]",
  examples: `  kube create secret generic login --from-literal=user=ann --from-literal=password=xyz`,
  type: secrets,
  failure: "failed to create secret ",
  flags: { ...keySourceFlags, "append-hash": appendHash, type: stringFlag("The type of secret to create") },
  async build({ flags, context }, name) {
    const keys = await keysFrom(flags, messages, context);
    return secret(name, { keys, type: flags.type, hashes: flags["append-hash"] });
  },
});

const tlsCommand = generator({
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file",
  type: secrets,
  failure: "failed to create secret ",
  flags: {
    "append-hash": appendHash,
    cert: stringFlag("Path to PEM encoded public key certificate."),
    key: stringFlag("Path to private key associated with given certificate."),
  },
  async build({ flags, context }, name) {
    if (flags.key === "" || flags.cert === "") throw new UserError("key and cert must be specified");
    const cert = await readPem(flags.cert, context);
    const key = await readPem(flags.key, context);
    checkKeyPair(cert, key);
    const keys = new Map([
      ["tls.crt", cert],
      ["tls.key", key],
    ]);
    return secret(name, { keys, type: "kubernetes.io/tls", hashes: flags["append-hash"] });
  },
});

const DOCKER_CONFIG = ".dockerconfigjson";

const dockerRegistryCommand = generator({
  usage: "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]",
  type: secrets,
  failure: "failed to create secret ",
  flags: {
    "append-hash": appendHash,
    "docker-email": stringFlag("Email for Docker registry"),
    "docker-password": stringFlag("Password for Docker registry authentication"),
    "docker-server": stringFlag("Server location for Docker registry", { default: "https://index.docker.io/v1/" }),
    "docker-username": stringFlag("Username for Docker registry authentication"),
    "from-file": listFlag(
      "Key files can be specified using their file path, in which case a default name of .dockerconfigjson will be given to them.",
    ),
  },
  async build({ flags, context }, name) {
    const files = flags["from-file"].map((file) => (file.includes("=") ? file : `${DOCKER_CONFIG}=${file}`));
    const hasLogin =
      flags["docker-username"] !== "" && flags["docker-password"] !== "" && flags["docker-server"] !== "";
    if (files.length === 0 && !hasLogin)
      throw new UserError(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    const keys =
      files.length > 0
        ? await keysFrom({ "from-file": files, "from-literal": [], "from-env-file": [] }, messages, context)
        : new Map([[DOCKER_CONFIG, Buffer.from(dockerConfig(flags))]]);
    return secret(name, { keys, type: "kubernetes.io/dockerconfigjson", hashes: flags["append-hash"] });
  },
});

const entry = (name: string, summary: string, command: KubectlCommand) => ({
  name,
  summary,
  load: () => Promise.resolve(command),
});

export const createSecretCommand = subcommandsOnly({
  usage: "(docker-registry | generic | tls)",
  examples: `  kube create secret generic login --from-literal=password=secret
  kube create secret tls cert --cert=cert.pem --key=key.pem`,
  subcommands: [
    entry("generic", "Create a secret from a local file, directory, or literal value", genericCommand),
    entry("tls", "Create a TLS secret", tlsCommand),
    entry("docker-registry", "Create a secret for use with a Docker registry", dockerRegistryCommand),
  ],
});

interface SecretContent {
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly type: string;
  readonly hashes: boolean;
}

function secret(name: string, { keys, type, hashes }: SecretContent): GeneratedObject {
  const pairs = [...keys].map(([key, content]) => [key, content.toString("base64")] as const);
  const data = Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  const hash = hashes ? `-${contentHash({ kind: "Secret", name, data, type })}` : "";
  return {
    name: `${name}${hash}`,
    body: { ...(keys.size > 0 ? { data } : {}), ...(type === "" ? {} : { type }) },
  };
}

async function readPem(path: string, { cwd }: Pick<CliContext, "cwd">): Promise<Buffer> {
  return await readFile(resolve(cwd, path)).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? `open ${path}: no such file or directory` : error.message;
    throw new UserError(`Cannot read file ${path}, ${reason}`);
  });
}

function checkKeyPair(certificatePem: Buffer, keyPem: Buffer): void {
  let isPair: boolean;
  try {
    isPair = new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    throw new UserError("tls: failed to find any PEM data in certificate input");
  }
  if (!isPair) throw new UserError("tls: private key does not match public key");
}

function dockerConfig(
  login: Readonly<Record<"docker-email" | "docker-password" | "docker-server" | "docker-username", string>>,
): string {
  const username = login["docker-username"];
  const password = login["docker-password"];
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const email = login["docker-email"];
  const account = { username, password, ...(email === "" ? {} : { email }), auth };
  // Go writes the fields of an account in the order of its type.
  return `{"auths":{${goJson(login["docker-server"])}:${JSON.stringify(account)}}}`;
}
