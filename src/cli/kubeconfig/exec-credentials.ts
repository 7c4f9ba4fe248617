import { spawn } from "node:child_process";
import { once } from "node:events";

import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { ExecConfig, KubeconfigCluster } from "./kubeconfig.ts";

export interface ExecCredentials {
  readonly token?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
}

/** Runs the program that a kubeconfig names for credentials, and reads the ExecCredential it prints. */
export async function execCredentials(
  config: ExecConfig,
  cluster: KubeconfigCluster,
  context: Pick<CliContext, "env" | "stdin" | "stderr" | "credentialPlugins">,
): Promise<ExecCredentials> {
  const { env, stdin, stderr } = context;
  const command = config.command ?? "";
  checkPermitted(command, context);
  const isInteractive = config.interactiveMode !== "Never" && stdin.isTTY === true;
  if (config.interactiveMode === "Always" && !isInteractive)
    throw new UserError(`getting credentials: exec: standard input is unavailable: "${command}" needs a terminal`);
  const info = {
    kind: "ExecCredential",
    apiVersion: config.apiVersion,
    spec: {
      ...(config.provideClusterInfo === true ? { cluster: clusterInfo(cluster) } : {}),
      interactive: isInteractive,
    },
  };
  const extra = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, [...(config.args ?? [])], {
    env: { ...env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdio: [isInteractive ? "inherit" : "ignore", "pipe", "pipe"],
  });
  child.stderr?.on("data", (chunk: Buffer) => stderr.write(chunk));
  const printed: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => printed.push(chunk));
  const [code] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(startProblem(command, error, config.installHint));
  })) as [number | null];
  if (code !== 0)
    throw new UserError(`getting credentials: exec: executable ${command} failed with exit code ${code ?? 1}`);
  return credentialsIn(Buffer.concat(printed).toString(), config);
}

/** As the user's preferences permit; an entry of a list means the program that it is found as. */
function checkPermitted(
  command: string,
  { env, credentialPlugins }: Pick<CliContext, "env" | "credentialPlugins">,
): void {
  const { policy = "AllowAll", allowlist = [] } = credentialPlugins ?? {};
  if (policy === "AllowAll" || policy === "") return;
  const refuse = (reason: string): never => {
    throw new UserError(`getting credentials: ${reason}`);
  };
  const quoted = JSON.stringify(command);
  if (policy === "DenyAll") refuse(`plugin ${quoted} not allowed: policy set to "DenyAll"`);
  const located = (program: string): string | null => Bun.which(program, { PATH: env["PATH"] ?? "" });
  const path = located(command);
  if (allowlist.includes(command)) return;
  if (path === null) return refuse(`plugin path ${quoted} cannot be resolved for credential plugin allowlist check`);
  if (allowlist.includes(path) || allowlist.some((entry) => located(entry) === path)) return;
  refuse(`plugin path ${JSON.stringify(path)} is not permitted by the credential plugin allowlist`);
}

function startProblem(command: string, error: NodeJS.ErrnoException, hint: string | undefined): string {
  const problem = error.code === "ENOENT" ? `executable ${command} not found` : error.message;
  return `getting credentials: exec: ${problem}${hint === undefined ? "" : `\n\n${hint}`}`;
}

function clusterInfo(cluster: KubeconfigCluster): Record<string, unknown> {
  return {
    server: cluster.server,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "certificate-authority-data": cluster["certificate-authority-data"],
    "proxy-url": cluster["proxy-url"],
  };
}

interface ExecCredential {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
  };
}

function credentialsIn(printed: string, config: ExecConfig): ExecCredentials {
  let credential: ExecCredential;
  try {
    // Parse edge: what is read of it is checked below.
    credential = JSON.parse(printed) as ExecCredential;
  } catch (cause) {
    throw new UserError("getting credentials: decoding stdout: it is not JSON", { cause });
  }
  if (credential.apiVersion !== config.apiVersion)
    throw new UserError(
      `getting credentials: exec plugin is configured to use API version ${config.apiVersion}, plugin returned version ${credential.apiVersion}`,
    );
  const { status } = credential;
  if (!status) throw new UserError("getting credentials: exec plugin didn't return a status field");
  if (status.token === undefined && status.clientCertificateData === undefined)
    throw new UserError("getting credentials: exec plugin didn't return a token or cert/key pair");
  return { token: status.token, clientCertificate: status.clientCertificateData, clientKey: status.clientKeyData };
}
