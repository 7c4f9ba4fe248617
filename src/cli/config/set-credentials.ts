import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { arrayFlag, booleanFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { readConfigFiles } from "./config-files.ts";
import { changedAuthProvider, changedExec } from "./credential-plugins.ts";
import { checkReadable, setEntry } from "./set-entry.ts";

const flags = {
  "client-certificate": stringFlag("Path to client-certificate file for the user entry in kubeconfig"),
  "client-key": stringFlag("Path to client-key file for the user entry in kubeconfig"),
  token: stringFlag("token for the user entry in kubeconfig"),
  username: stringFlag("username for the user entry in kubeconfig"),
  password: stringFlag("password for the user entry in kubeconfig"),
  "auth-provider": stringFlag("Auth provider for the user entry in kubeconfig"),
  "auth-provider-arg": listFlag("'key=value' arguments for the auth provider"),
  "exec-command": stringFlag("Command for the exec credential plugin for the user entry in kubeconfig"),
  "exec-api-version": stringFlag("API version of the exec credential plugin for the user entry in kubeconfig"),
  "exec-interactive-mode": stringFlag(
    "InteractiveMode of the exec credentials plugin for the user entry in kubeconfig",
  ),
  "exec-provide-cluster-info": booleanFlag(
    "ProvideClusterInfo of the exec credentials plugin for the user entry in kubeconfig",
  ),
  "exec-arg": listFlag("New arguments for the exec credential plugin command for the user entry in kubeconfig"),
  "exec-env": arrayFlag("'key=value' environment values for the exec credential plugin"),
  "embed-certs": booleanFlag("Embed client cert/key for the user entry in kubeconfig"),
};

export type CredentialsInvocation = Invocation<typeof flags>;

export const setCredentialsCommand = kubectlCommand({
  usage:
    "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
  flags,
  examples: `  kube config set-credentials cluster-admin --client-key=admin.key
  kube config set-credentials cluster-admin --client-certificate=admin.crt --embed-certs
  kube config set-credentials cluster-admin --exec-command=aws --exec-arg=eks,get-token`,
  run: setCredentials,
});

async function setCredentials(invocation: CredentialsInvocation): Promise<void> {
  const { args, flags: given, context } = invocation;
  const [name = ""] = args;
  if (args.length !== 1) throw new UserError(`unexpected args: [${args.join(" ")}]`);
  if (name === "") throw new UserError("you must specify a non-empty user name");
  checkMethods(invocation);
  const certificate = await fileFields("client-certificate", invocation);
  const key = await fileFields("client-key", invocation);
  const files = await readConfigFiles(given.kubeconfig, context);
  await setEntry(
    files,
    "users",
    name,
    (body) => withSecrets({ ...withPlugins(body, invocation), ...certificate, ...key }, invocation),
    context,
  );
  context.stdout.write(`User ${JSON.stringify(name)} set.\n`);
}

function checkMethods({ flags: given, isGiven }: CredentialsInvocation): void {
  if (given.token !== "" && (given.username !== "" || given.password !== ""))
    throw new UserError(
      "you cannot specify more than one authentication method at the same time: --token, --username/--password",
    );
  if (given["embed-certs"] && given["client-certificate"] === "" && given["client-key"] === "")
    throw new UserError("you must specify a --client-certificate or --client-key to embed");
  const mode = given["exec-interactive-mode"];
  if (isGiven("exec-interactive-mode") && !["IfAvailable", "Always", "Never"].includes(mode))
    throw new UserError("invalid interactive mode type, can be only IfAvailable, Never, Always");
}

/** A certificate or key, as path or with what is in the file: the one clears the other. */
async function fileFields(
  name: "client-certificate" | "client-key",
  { flags: given, isGiven, context }: CredentialsInvocation,
): Promise<JsonObject> {
  if (!isGiven(name)) return {};
  const path = given[name];
  if (!given["embed-certs"]) return { [name]: resolve(context.cwd, path), [`${name}-data`]: "" };
  if (path === "") return { [name]: "", [`${name}-data`]: "" };
  await checkReadable(name, path, context.cwd);
  return { [name]: "", [`${name}-data`]: await readFile(resolve(context.cwd, path), "base64") };
}

/** A token clears a password that was there, and the other way round. */
function withSecrets(body: JsonObject, { flags: given, isGiven }: CredentialsInvocation): JsonObject {
  const names = (["token", "username", "password"] as const).filter((name) => isGiven(name));
  const changed: JsonObject = { ...body, ...Object.fromEntries(names.map((name) => [name, given[name]])) };
  if (given.token !== "") return { ...changed, username: "", password: "" };
  return given.username !== "" || given.password !== "" ? { ...changed, token: "" } : changed;
}

function withPlugins(body: JsonObject, invocation: CredentialsInvocation): JsonObject {
  const provider = changedAuthProvider(body["auth-provider"], invocation);
  const exec = changedExec(isJsonObject(body["exec"]) ? body["exec"] : undefined, invocation);
  return { ...body, ...(provider ? { "auth-provider": provider } : {}), ...(exec ? { exec } : {}) };
}
