import type { JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanText } from "../flags/flag-value.ts";
import { booleanFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { changeConfig, type ConfigChange } from "./change-config.ts";
import { setDefault, settingNamed, unsetDefault, withSettingHint } from "./cluster-defaults.ts";
import type { ConfigField } from "./config-fields.ts";
import { type ConfigFiles, readConfigFiles } from "./config-files.ts";
import type { PlainInvocation } from "./plain-invocation.ts";
import { parseProperty, type Property } from "./property-path.ts";
import { written } from "./set-entry.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

const setFlags = {
  "set-raw-bytes": booleanFlag(
    "When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.",
  ),
};

export const setPropertyCommand = kubectlCommand({
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  flags: setFlags,
  examples: `  kube config set clusters.my-cluster.server https://1.2.3.4
  kube config set contexts.my-context.cluster my-cluster
  kube config set nodes 3                       of clusters that are made from now on; see kube config list`,
  run: setProperty,
});

export const unsetPropertyCommand = kubectlCommand({
  usage: "PROPERTY_NAME",
  flags: {},
  examples: `  kube config unset current-context
  kube config unset contexts.foo.namespace
  kube config unset nodes`,
  run: unsetProperty,
});

async function setProperty({ args, flags, context }: Invocation<typeof setFlags>): Promise<void> {
  const [name, value] = args;
  if (name === undefined || value === undefined || args.length !== 2) throw unexpectedArgs(args);
  if (value === "") throw new UserError("you cannot use set to unset a property");
  const setting = settingNamed(name, context);
  if (setting) return await setDefault(setting, value, context);
  const property = withSettingHint(name, context, () => parseProperty(name));
  const files = await readConfigFiles(flags.kubeconfig, context);
  await changeConfig(settingChanges(property, value, flags["set-raw-bytes"], files), context);
  context.stdout.write(`Property ${JSON.stringify(name)} set.\n`);
}

function settingChanges(property: Property, text: string, isRaw: boolean, files: ConfigFiles): readonly ConfigChange[] {
  const file = files.defaultFile;
  switch (property.kind) {
    case "current-context":
      return [{ kind: "set-value", file, path: ["current-context"], value: text }];
    case "colors":
      return [{ kind: "set-value", file, path: ["preferences", "colors"], value: parsedBoolean(text) }];
    case "field":
      return [fieldChange(property, files, fieldValue(property.field, text, isRaw))];
    case "preferences":
      throw new UserError("can't set a structure to a value: preferences");
    case "list":
    case "entry":
      throw new UserError(`can't set a map to a value: ${property.list}`);
  }
}

async function unsetProperty({ args, flags, context }: PlainInvocation): Promise<void> {
  const [name] = args;
  if (name === undefined || args.length !== 1) throw unexpectedArgs(args);
  const setting = settingNamed(name, context);
  if (setting) return await unsetDefault(setting, context);
  const property = withSettingHint(name, context, () => parseProperty(name));
  const files = await readConfigFiles(flags.kubeconfig, context);
  await changeConfig(unsettingChanges(property, files), context);
  context.stdout.write(`Property ${JSON.stringify(name)} unset.\n`);
}

function unsettingChanges(property: Property, files: ConfigFiles): readonly ConfigChange[] {
  switch (property.kind) {
    case "current-context":
      if (files.currentContext === "") return [];
      return [{ kind: "set-value", file: files.currentContextFile, path: ["current-context"], value: "" }];
    case "colors":
    case "preferences":
      return [{ kind: "set-value", file: files.defaultFile, path: ["preferences"], value: {} }];
    case "list":
      return [...files[property.list]].map(([name, { file }]) => ({
        kind: "delete-entry",
        file,
        list: property.list,
        name,
      }));
    case "entry": {
      const { list, name } = property;
      const entry = files[list].get(name);
      return entry ? [{ kind: "delete-entry", file: entry.file, list, name }] : [];
    }
    case "field":
      if (!files[property.list].has(property.name))
        throw new UserError(`current map key \`${property.name}\` is invalid`);
      return [fieldChange(property, files, null)];
  }
}

function fieldChange(
  { list, name, field }: Extract<Property, { readonly kind: "field" }>,
  files: ConfigFiles,
  value: JsonValue,
): ConfigChange {
  const entry = files[list].get(name);
  const before = entry?.body ?? {};
  const after = written(list, { ...before, [field.name]: value });
  return { kind: "set-entry", file: entry?.file ?? files.defaultFile, list, name, before, after };
}

function fieldValue({ name, type }: ConfigField, text: string, isRaw: boolean): JsonValue {
  switch (type) {
    case "string":
      return text;
    case "boolean":
      return parsedBoolean(text);
    case "base64":
      return isRaw ? Buffer.from(text).toString("base64") : checkedBase64(text);
    case "strings":
      throw new UserError("unrecognized slice type. string");
    case "structure":
      throw new UserError(`can't set a structure to a value: ${name}`);
  }
}

function parsedBoolean(text: string): boolean {
  const value = booleanText(text.toLowerCase());
  if (value === undefined) throw new UserError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

function checkedBase64(text: string): string {
  const wrong = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ""));
  if (wrong || text.length % 4 !== 0)
    throw new UserError(`error decoding input value: illegal base64 data at input byte ${wrong?.index ?? text.length}`);
  return text;
}
