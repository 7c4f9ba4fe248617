import { readFile } from "node:fs/promises";

import type { Connection } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import type { CliContext } from "../context.ts";
import { execCredentials, type ExecCredentials } from "./exec-credentials.ts";
import type { KubeconfigUser } from "./kubeconfig.ts";
import { ConfigurationError, type Target } from "./target.ts";

/** Reads what the target names: files, tokens and the credentials that other programs print. */
export async function connectionTo(
  { cluster, user, clusterName, userName }: Target,
  context: Pick<CliContext, "env" | "stderr" | "stdin">,
): Promise<Connection> {
  const given = user.exec ? await execCredentials(user.exec, cluster, context) : undefined;
  const problems: string[] = [];
  const pem = async (what: string, encoded: string | undefined, path: string | undefined) =>
    await readPem(encoded, path).catch((error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? `open ${path}: no such file or directory` : error.message;
      const owner = what === "certificate-authority" ? clusterName : userName;
      problems.push(`unable to read ${what} ${path} for ${owner} due to ${reason}`);
      return undefined;
    });
  const caPem = await pem(
    "certificate-authority",
    cluster["certificate-authority-data"],
    cluster["certificate-authority"],
  );
  const certificate = await pem("client-cert", user["client-certificate-data"], user["client-certificate"]);
  const key = await pem("client-key", user["client-key-data"], user["client-key"]);
  if (problems.length === 1) throw new UserError(problems[0] ?? "");
  if (problems.length > 1) throw new ConfigurationError(["", ...problems.map((problem) => `* ${problem}`)].join("\n"));
  return {
    server: cluster.server,
    caPem,
    clientCertificatePem: given?.clientCertificate ?? certificate,
    clientKeyPem: given?.clientKey ?? key,
    token: tokenOf(user, given),
    basicAuth: user.username ? { username: user.username, password: user.password ?? "" } : undefined,
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"],
    tlsServerName: cluster["tls-server-name"],
    proxyUrl: cluster["proxy-url"],
    impersonate: impersonation(user, userName),
    userAgent: `kube/${kubeVersion}`,
  };
}

async function readPem(encoded: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (encoded) return Buffer.from(encoded, "base64").toString("utf8");
  return path ? await readFile(path, "utf8") : undefined;
}

function tokenOf(user: KubeconfigUser, given: ExecCredentials | undefined): Connection["token"] {
  if (given?.token !== undefined) return () => Promise.resolve(given.token);
  const { token, tokenFile } = user;
  // Tokens of pods are renewed in their file.
  if (tokenFile) return async () => (await readFile(tokenFile, "utf8")).trim();
  return token ? () => Promise.resolve(token) : undefined;
}

function impersonation(user: KubeconfigUser, userName: string): Connection["impersonate"] {
  const groups = user["as-groups"] ?? [];
  const extra = user["as-user-extra"] ?? {};
  if (user.as === undefined && (groups.length > 0 || user["as-uid"] !== undefined || Object.keys(extra).length > 0))
    throw new UserError(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
  return user.as === undefined ? undefined : { user: user.as, groups, uid: user["as-uid"], extra };
}
