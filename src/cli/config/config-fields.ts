import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";

/** The lists of a kubeconfig whose members have names. */
export type ConfigList = "clusters" | "users" | "contexts";

/** Under which key a member of a list has its fields. */
export const BODY_KEYS = { clusters: "cluster", users: "user", contexts: "context" } as const;

export interface ConfigField {
  readonly name: string;
  readonly type: "string" | "base64" | "boolean" | "strings" | "structure";
  /** What `config set` calls it, where that differs. */
  readonly property?: string;
  /** Written even when it is empty. */
  readonly isRequired?: true;
  readonly isPath?: true;
  readonly isSecret?: true;
}

/** Fields in the order in which kubectl writes them as JSON (client-go/tools/clientcmd/api/v1/types.go). */
export const FIELDS: Readonly<Record<ConfigList, readonly ConfigField[]>> = {
  clusters: [
    { name: "server", type: "string", isRequired: true },
    { name: "tls-server-name", type: "string" },
    { name: "insecure-skip-tls-verify", type: "boolean" },
    { name: "certificate-authority", type: "string", isPath: true },
    { name: "certificate-authority-data", type: "base64", isSecret: true },
    { name: "proxy-url", type: "string" },
    { name: "disable-compression", type: "boolean" },
    { name: "extensions", type: "structure" },
  ],
  users: [
    { name: "client-certificate", type: "string", isPath: true },
    { name: "client-certificate-data", type: "base64", isSecret: true },
    { name: "client-key", type: "string", isPath: true },
    { name: "client-key-data", type: "base64", isSecret: true },
    { name: "token", type: "string", isSecret: true },
    { name: "tokenFile", type: "string", isPath: true },
    { name: "as", type: "string", property: "act-as" },
    { name: "as-uid", type: "string", property: "act-as-uid" },
    { name: "as-groups", type: "strings", property: "act-as-groups" },
    { name: "as-user-extra", type: "structure", property: "act-as-user-extra" },
    { name: "username", type: "string" },
    { name: "password", type: "string", isSecret: true },
    { name: "auth-provider", type: "structure" },
    { name: "exec", type: "structure" },
    { name: "extensions", type: "structure" },
  ],
  contexts: [
    { name: "cluster", type: "string", isRequired: true },
    { name: "user", type: "string", isRequired: true },
    { name: "namespace", type: "string" },
    { name: "extensions", type: "structure" },
  ],
};

/** The fields that are known, in kubectl's order; of empty ones only those that are always written. */
export function orderedBody(list: ConfigList, body: JsonObject): JsonObject {
  const ordered: JsonObject = {};
  for (const { name, isRequired } of FIELDS[list]) {
    const value = name === "exec" ? orderedExec(body[name]) : body[name];
    if (value !== undefined && !isEmpty(value)) ordered[name] = value;
    else if (isRequired) ordered[name] = "";
  }
  return ordered;
}

function orderedExec(exec: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(exec)) return undefined;
  const { command = "", args = null, env = null, apiVersion, installHint, provideClusterInfo = false } = exec;
  // Older versions of the interface had this default; the present one has none.
  const isOld = typeof apiVersion === "string" && /\/v1(alpha|beta)1$/.test(apiVersion);
  const interactiveMode = exec["interactiveMode"] ?? (isOld ? "IfAvailable" : undefined);
  return {
    command,
    args,
    env,
    ...(isEmpty(apiVersion) ? {} : { apiVersion }),
    ...(isEmpty(installHint) ? {} : { installHint }),
    provideClusterInfo,
    ...(isEmpty(interactiveMode) ? {} : { interactiveMode }),
  };
}

export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
