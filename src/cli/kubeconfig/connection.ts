import { readFile } from "node:fs/promises";

import type { Connection } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import type { CliContext } from "../context.ts";
import { execCredentials, type ExecCredentials } from "./exec-credentials.ts";
import type { KubeconfigUser } from "./kubeconfig.ts";
import type { Target } from "./target.ts";

/** Reads what the target names: files, tokens and the credentials that other programs print. */
export async function connectionTo(
  { cluster, user }: Target,
  context: Pick<CliContext, "env" | "stderr" | "stdin">,
): Promise<Connection> {
  const given = user.exec ? await execCredentials(user.exec, cluster, context) : undefined;
  const [caPem, certificate, key] = await Promise.all([
    pem("certificate-authority", cluster["certificate-authority-data"], cluster["certificate-authority"]),
    pem("client-cert", user["client-certificate-data"], user["client-certificate"]),
    pem("client-key", user["client-key-data"], user["client-key"]),
  ]);
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
    impersonate: impersonation(user),
    userAgent: `kube/${kubeVersion}`,
  };
}

function tokenOf(user: KubeconfigUser, given: ExecCredentials | undefined): Connection["token"] {
  if (given?.token !== undefined) return () => Promise.resolve(given.token);
  const { token, tokenFile } = user;
  // Tokens of pods are renewed in their file.
  if (tokenFile) return async () => (await readFile(tokenFile, "utf8")).trim();
  return token ? () => Promise.resolve(token) : undefined;
}

function impersonation(user: KubeconfigUser): Connection["impersonate"] {
  const groups = user["as-groups"] ?? [];
  if (user.as === undefined && (groups.length > 0 || user["as-uid"] !== undefined))
    throw new UserError("requesting uid, groups or user-extra for without impersonating a user");
  if (groups.length > 1) throw new UserError("Cannot impersonate more than one group: give --as-group once");
  return user.as === undefined ? undefined : { user: user.as, group: groups[0], uid: user["as-uid"] };
}

async function pem(what: string, encoded: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (encoded) return Buffer.from(encoded, "base64").toString("utf8");
  if (!path) return undefined;
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? `open ${path}: no such file or directory` : error.message;
    throw new UserError(`unable to read ${what} ${path} due to ${reason}`);
  });
}
