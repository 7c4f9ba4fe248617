import { normalize } from "node:path";

import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";

export const PREFERENCE_VERSION = "kubectl.config.k8s.io/v1beta1";
const GROUP = "kubectl.config.k8s.io";

/** What a user prefers: the kuberc file. The names of its fields are kubectl's. */
export interface Preference {
  readonly defaults: readonly CommandDefaults[];
  readonly aliases: readonly Alias[];
  readonly credentialPluginPolicy?: string;
  readonly credentialPluginAllowlist?: readonly AllowlistEntry[];
}

/** Values of flags that a command has where its line says nothing. */
export interface CommandDefaults {
  readonly command: string;
  readonly options: readonly OptionDefault[];
}

export interface OptionDefault {
  readonly name: string;
  readonly default: string;
}

/** A command under another name. */
export interface Alias {
  readonly name: string;
  readonly command: string;
  readonly prependArgs?: readonly string[];
  readonly appendArgs?: readonly string[];
  readonly options?: readonly OptionDefault[];
}

export interface AllowlistEntry {
  readonly command: string;
}

/** The preference of a document, or undefined when it is of another kind. Older versions name some fields otherwise. */
export function preferenceIn(value: JsonValue): Preference | undefined {
  if (!isJsonObject(value) || value["kind"] !== "Preference") return undefined;
  const apiVersion = textIn(value, "apiVersion");
  if (apiVersion !== PREFERENCE_VERSION && apiVersion !== `${GROUP}/v1alpha1`) return undefined;
  const policy = textIn(value, "credentialPluginPolicy");
  const allowlist = value["credentialPluginAllowlist"];
  return {
    defaults: objectsIn(value["defaults"] ?? value["overrides"]).map((each) => ({
      command: textIn(each, "command"),
      options: optionsIn(each),
    })),
    aliases: objectsIn(value["aliases"]).map(aliasIn),
    ...(policy === "" ? {} : { credentialPluginPolicy: policy }),
    ...(allowlist === undefined
      ? {}
      : {
          credentialPluginAllowlist: objectsIn(allowlist).map((each) => ({
            command: textIn(each, "command") || textIn(each, "name"),
          })),
        }),
  };
}

function aliasIn(value: JsonObject): Alias {
  const prependArgs = textsIn(value["prependArgs"]);
  const appendArgs = textsIn(value["appendArgs"]);
  const options = optionsIn(value);
  return {
    name: textIn(value, "name"),
    command: textIn(value, "command"),
    ...(prependArgs.length > 0 ? { prependArgs } : {}),
    ...(appendArgs.length > 0 ? { appendArgs } : {}),
    ...(options.length > 0 ? { options } : {}),
  };
}

const optionsIn = (value: JsonObject): readonly OptionDefault[] =>
  objectsIn(value["options"] ?? value["flags"]).map((each) => ({
    name: textIn(each, "name"),
    default: textIn(each, "default"),
  }));

const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

const textsIn = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

function textIn(value: JsonObject, key: string): string {
  const found = value[key];
  return typeof found === "string" ? found : "";
}

/** As it is written to a file: in the order of the fields, which YAML then sorts. */
export const preferenceObject = (preference: Preference): JsonObject => ({
  apiVersion: PREFERENCE_VERSION,
  kind: "Preference",
  // The fields are all JSON.
  ...(preference as unknown as JsonObject),
});

/** Throws for what no kubectl would take. */
export function checkPreference({ aliases, defaults, ...policy }: Preference): void {
  const names = new Set<string>();
  for (const { name, options = [] } of aliases) {
    if (!/^[a-zA-Z]+$/.test(name)) throw new UserError("invalid alias name, can only include alphabetical characters");
    checkOptions(options);
    if (names.has(name)) throw new UserError(`duplicate alias name ${name}`);
    names.add(name);
  }
  for (const { options } of defaults) checkOptions(options);
  checkPolicy(policy);
}

function checkOptions(options: readonly OptionDefault[]): void {
  const dashed = options.find(({ name }) => name.startsWith("-"));
  if (dashed) throw new UserError(`flag name ${dashed.name} should be in long form without dashes`);
}

function checkPolicy({
  credentialPluginPolicy: policy = "",
  credentialPluginAllowlist: allowlist,
}: Pick<Preference, "credentialPluginPolicy" | "credentialPluginAllowlist">): void {
  const quoted = JSON.stringify(policy);
  if (policy === "" || policy === "AllowAll" || policy === "DenyAll") {
    if (!allowlist) return;
    throw new UserError(
      `misconfigured credential plugin allowlist: plugin policy is ${quoted} but allowlist is non-nil`,
    );
  }
  if (policy !== "Allowlist") throw new UserError(`unknown plugin policy: ${quoted}`);
  if (!allowlist) throw new UserError(`credential plugin policy set to ${quoted}, but allowlist is unspecified`);
  if (allowlist.length === 0)
    throw new UserError(
      `credential plugin policy set to ${quoted}, but allowlist is empty; use "DenyAll" policy instead`,
    );
  for (const [index, { command }] of allowlist.entries()) {
    if (command === "")
      throw new UserError(`misconfigured credential plugin allowlist: empty allowlist entry #${index + 1}`);
    const cleaned = normalize(command);
    if (cleaned !== command)
      throw new UserError(`non-normalized file path: ${JSON.stringify(command)} vs ${JSON.stringify(cleaned)}`);
  }
}
