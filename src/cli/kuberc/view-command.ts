import { readFile } from "node:fs/promises";

import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import type { CliContext } from "../context.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { structJsonPrinter } from "../printers/object-printer.ts";
import { operationPrinter, printFlags } from "../printers/print-flags.ts";
import { readAnswer } from "../streams/read-answer.ts";
import { savePreference } from "./kuberc-file.ts";
import { kubercFile, type KubercFile } from "./kuberc-path.ts";
import { type Preference, PREFERENCE_VERSION, preferenceIn, preferenceObject } from "./preference.ts";

export const kubercViewCommand = kubectlCommand({
  usage: "",
  flags: { ...printFlags, output: { ...printFlags.output, default: "yaml" } },
  examples: `  kube kuberc view
  kube kuberc view --output json
  kube kuberc view --kuberc preferences.yaml`,
  async run({ flags, context }) {
    const file = kubercFile(flags.kuberc, context);
    if (!file) throw new UserError("KUBERC is disabled via KUBERC=off environment variable");
    const text = await readFile(file.path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw new UserError(`error reading kuberc file: ${error.message}`);
      if (file.isNamed) throw new UserError(`kuberc file not found at ${file.shown}`);
    });
    if (text === undefined) return await offerDefault(file, context);
    const object = decoded(text);
    const shown = { aliases: [], defaults: [], ...object };
    const print = flags.output === "json" ? structJsonPrinter() : await operationPrinter(flags, "", context);
    context.stdout.write(print(flags.output === "json" ? inOrderOfFields(shown) : shown));
  },
});

function decoded(text: string) {
  try {
    const { value } = decodeYaml(text);
    if (isJsonObject(value)) return value;
    throw new UserError("error parsing kuberc file: it is no object");
  } catch (error) {
    if (error instanceof YamlError)
      throw new UserError(`error parsing kuberc file: error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** JSON shows the fields as Go's type has them. */
function inOrderOfFields({ kind, apiVersion, ...rest }: JsonObject): JsonObject {
  const {
    kind: _,
    apiVersion: __,
    ...fields
  } = preferenceObject(
    preferenceIn({ kind: "Preference", apiVersion: PREFERENCE_VERSION, ...rest }) ?? { defaults: [], aliases: [] },
  );
  return { kind, apiVersion, ...fields };
}

/** What kubectl recommends. */
const RECOMMENDED: Preference = {
  defaults: [
    { command: "apply", options: [{ name: "server-side", default: "true" }] },
    { command: "delete", options: [{ name: "interactive", default: "true" }] },
  ],
  aliases: [],
};

async function offerDefault(file: KubercFile, context: CliContext): Promise<void> {
  context.stdout.write(`kuberc file not found at ${file.shown}\n`);
  context.stdout.write("Would you like to generate a default kuberc file with recommended options? (y/N): ");
  if ((await readAnswer(context.stdin)).toLowerCase() === "y") await savePreference(RECOMMENDED, file, context);
}
