import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import { yamlDocuments } from "../../lib/yaml/yaml-documents.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import type { CliContext } from "../context.ts";
import type { KubercFile } from "./kuberc-path.ts";
import { type Preference, preferenceIn, preferenceObject } from "./preference.ts";

/** The preferences of the file. What nobody named may be missing or broken; the latter is told. */
export async function loadPreference(
  { path, shown, isNamed }: KubercFile,
  { stderr }: Pick<CliContext, "stderr">,
): Promise<Preference | undefined> {
  try {
    const text = await readFile(path, "utf8");
    return preferenceOf(text, shown);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = isMissing
      ? `open ${shown}: no such file or directory`
      : error instanceof Error
        ? error.message
        : String(error);
    if (isNamed) throw new UserError(`kuberc error kuberc: ${message}`);
    if (!isMissing) stderr.write(`kuberc: no preferences loaded from ${shown}: ${message}\n`);
    return undefined;
  }
}

function preferenceOf(text: string, path: string): Preference | undefined {
  const documents = yamlDocuments(text);
  if (documents.length === 0) return undefined;
  for (const { text: document, firstLine } of documents) {
    const found = preferenceIn(decoded(document, firstLine));
    if (found) return found;
  }
  throw new UserError(`no valid preferences found in ${path}, use --v=5 to see details`);
}

function decoded(document: string, firstLine: number) {
  try {
    return decodeYaml(document, firstLine).value;
  } catch (error) {
    if (error instanceof YamlError) return null;
    throw error;
  }
}

export async function savePreference(
  preference: Preference,
  { path, shown }: KubercFile,
  { stdout }: Pick<CliContext, "stdout">,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, yamlText(preferenceObject(preference)));
  stdout.write(`Updated ${shown}\n`);
}
