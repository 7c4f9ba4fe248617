import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import type { ConnectionFlagValues } from "../flags/connection-flags.ts";
import type { Kubeconfig, KubeconfigCluster, KubeconfigContext, KubeconfigUser } from "./kubeconfig.ts";

/** Where a command goes and as whom, after kubeconfig, flags and, inside a pod, the pod's own account. */
export interface Target {
  /** Of cluster and user in the kubeconfig, for messages; empty where neither names one. */
  readonly clusterName: string;
  readonly userName: string;
  readonly cluster: KubeconfigCluster & { readonly server: string };
  readonly user: KubeconfigUser;
  readonly namespace: string;
  /** `-n` was given, or the pod says so: not just a default. */
  readonly isNamespaceExplicit: boolean;
}

const DEFAULT_SERVER = "http://localhost:8080";

/** Flags win over the kubeconfig; without either, the account of the pod we are in, else the port of old. */
export async function chooseTarget(
  kubeconfig: Kubeconfig,
  flags: ConnectionFlagValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const context = chosenContext(kubeconfig, flags);
  const hasConfig = kubeconfig.clusters.size > 0 || flags.server !== "";
  if (!hasConfig) {
    const inPod = await podTarget(flags, env);
    if (inPod) return inPod;
  }
  const cluster = { ...chosenCluster(kubeconfig, flags, context), ...clusterOverrides(flags) };
  const user = { ...chosenUser(kubeconfig, flags, context), ...userOverrides(flags) };
  const named = flags.cluster !== "" || context?.cluster !== undefined;
  if (cluster.server === undefined && hasConfig && named)
    throw new UserError(`no server found for cluster ${JSON.stringify(flags.cluster || context?.cluster)}`);
  return {
    clusterName: flags.cluster || context?.cluster || "",
    userName: flags.user || context?.user || "",
    cluster: { ...cluster, server: serverUrl(cluster.server ?? DEFAULT_SERVER) },
    user,
    namespace: flags.namespace || context?.namespace || "default",
    isNamespaceExplicit: flags.namespace !== "",
  };
}

function chosenContext(kubeconfig: Kubeconfig, flags: ConnectionFlagValues): KubeconfigContext | undefined {
  const name = flags.context || kubeconfig.currentContext;
  if (name === "") return undefined;
  const context = kubeconfig.contexts.get(name);
  if (context) return context;
  throw new ConfigurationError(`context was not found for specified context: ${name}`);
}

/** A kubeconfig that contradicts itself; kubectl has its own prefix for these. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

function chosenCluster(
  kubeconfig: Kubeconfig,
  flags: ConnectionFlagValues,
  context: KubeconfigContext | undefined,
): KubeconfigCluster {
  const name = flags.cluster || context?.cluster || "";
  const cluster = kubeconfig.clusters.get(name);
  if (!cluster && name !== "" && flags.server === "") {
    if (flags.cluster !== "") throw new UserError(`no server found for cluster ${JSON.stringify(name)}`);
    throw new ConfigurationError(`cluster ${JSON.stringify(name)} was not found for context`);
  }
  return cluster ?? {};
}

function chosenUser(
  kubeconfig: Kubeconfig,
  flags: ConnectionFlagValues,
  context: KubeconfigContext | undefined,
): KubeconfigUser {
  const name = flags.user || context?.user || "";
  const user = kubeconfig.users.get(name);
  if (!user && flags.user !== "") throw new UserError(`auth info ${JSON.stringify(name)} does not exist`);
  return user ?? {};
}

function clusterOverrides(flags: ConnectionFlagValues): KubeconfigCluster {
  return {
    ...(flags.server === "" ? {} : { server: flags.server }),
    ...(flags["tls-server-name"] === "" ? {} : { "tls-server-name": flags["tls-server-name"] }),
    ...(flags["certificate-authority"] === ""
      ? {}
      : { "certificate-authority": flags["certificate-authority"], "certificate-authority-data": "" }),
    ...(flags["insecure-skip-tls-verify"]
      ? { "insecure-skip-tls-verify": true, "certificate-authority": "", "certificate-authority-data": "" }
      : {}),
  };
}

function userOverrides(flags: ConnectionFlagValues): KubeconfigUser {
  return {
    ...(flags.token === "" ? {} : { token: flags.token, tokenFile: "" }),
    ...(flags.username === "" ? {} : { username: flags.username, password: flags.password }),
    ...(flags["client-certificate"] === ""
      ? {}
      : { "client-certificate": flags["client-certificate"], "client-certificate-data": "" }),
    ...(flags["client-key"] === "" ? {} : { "client-key": flags["client-key"], "client-key-data": "" }),
    ...(flags.as === "" ? {} : { as: flags.as }),
    ...(flags["as-group"].length === 0 ? {} : { "as-groups": flags["as-group"] }),
    ...(flags["as-uid"] === "" ? {} : { "as-uid": flags["as-uid"] }),
    ...(flags["as-user-extra"].length === 0 ? {} : { "as-user-extra": userExtra(flags["as-user-extra"]) }),
  };
}

/** `key=value`; a key that comes again has several values. */
function userExtra(texts: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const extra: Record<string, string[]> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 0) throw new UserError(`invalid value for --as-user-extra: ${JSON.stringify(text)} must be key=value`);
    const key = text.slice(0, equals);
    extra[key] = [...(extra[key] ?? []), text.slice(equals + 1)];
  }
  return extra;
}

const POD_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

async function podTarget(
  flags: ConnectionFlagValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target | undefined> {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  const tokenFile = join(POD_ACCOUNT, "token");
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const namespace = await readFile(join(POD_ACCOUNT, "namespace"), "utf8").catch(() => "default");
  return {
    clusterName: "",
    userName: "",
    cluster: {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      "certificate-authority": join(POD_ACCOUNT, "ca.crt"),
      ...clusterOverrides(flags),
    },
    user: { tokenFile, ...userOverrides(flags) },
    namespace: flags.namespace || namespace.trim(),
    isNamespaceExplicit: flags.namespace !== "",
  };
}

/** `host:port` alone means HTTP, as for client-go. */
function serverUrl(server: string): string {
  return /^https?:\/\//.test(server) ? server : `http://${server}`;
}
