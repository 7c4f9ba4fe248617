import { isJsonObject, type JsonObject } from "../../../lib/json/json-value.ts";
import { parseJson } from "../../../lib/json/strict-json.ts";
import { UserError } from "../../../lib/user-error.ts";
import { kubernetesVersion, kubeVersion } from "../../../lib/version.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import type { CliContext } from "../../context.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { textIn } from "../../objects/api-object.ts";

const versionFlags = {
  client: booleanFlag("If true, shows client version only (no server required)."),
  output: stringFlag("One of 'yaml' or 'json'.", { short: "o" }),
};

export const versionCommand = kubectlCommand({
  usage: "[flags]",
  flags: versionFlags,
  examples: `  kube version
  kube version --client -o json              without a server`,
  run: version,
});

async function version({ args, flags, session, context }: Invocation<typeof versionFlags>): Promise<void> {
  if (args.length > 0) throw new UserError(`extra arguments: [${args.join(" ")}]`);
  if (!["", "yaml", "json"].includes(flags.output)) throw new UserError("--output must be 'yaml' or 'json'");
  const server = flags.client ? undefined : await serverVersion(session).catch((error: unknown) => ({ error }));
  const known = server && !("error" in server) ? server : undefined;
  context.stdout.write(versionText(flags.output, known, context));
  if (known) {
    const warning = skewWarning(known);
    if (warning !== undefined && flags["warnings-as-errors"]) throw new UserError(warning);
    if (warning !== undefined) context.stderr.write(`Warning: ${warning}\n`);
  }
  if (server && "error" in server) throw server.error;
}

async function serverVersion(session: Invocation<typeof versionFlags>["session"]): Promise<JsonObject> {
  const response = await (await session.transport()).raw({ method: "GET", path: "/version" });
  const answer = parseJson(await response.text());
  return isJsonObject(answer) ? answer : {};
}

const clientVersion = { ...kubernetesVersion, kubeVersion };

function versionText(output: string, server: JsonObject | undefined, { program }: Pick<CliContext, "program">): string {
  const versions = { clientVersion, ...(server ? { serverVersion: server } : {}) };
  if (output === "json") return `${JSON.stringify(versions, undefined, 2)}\n`;
  if (output === "yaml") return `${yamlText(versions)}\n`;
  const lines = [
    `Client Version: ${kubernetesVersion.gitVersion}`,
    ...(program === "kubectl" ? [] : [`kube Version: ${kubeVersion}`]),
    ...(server ? [`Server Version: ${textIn(server, "gitVersion")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Client and server may be one minor version apart. */
function skewWarning(server: JsonObject): string | undefined {
  const [, major = "", minor = ""] = /^v?(\d+)\.(\d+)/.exec(textIn(server, "gitVersion")) ?? [];
  const client = { major: kubernetesVersion.major, minor: kubernetesVersion.minor };
  const isClose = major === client.major && Math.abs(Number(minor) - Number(client.minor)) <= 1;
  if (isClose) return undefined;
  return `version difference between client (${client.major}.${client.minor}) and server (${major}.${minor}) exceeds the supported minor version skew of +/-1`;
}
