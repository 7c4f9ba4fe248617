import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Transport } from "../../client/transport.ts";
import { addressText, type ObjectAddress } from "../../feeds/resource.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { decodeYaml } from "../../lib/yaml/yaml.ts";

export interface EditOptions {
  readonly transport: Transport;
  /** Opens a file and resolves when the user has closed it. */
  readonly openEditor: (path: string) => Promise<void>;
}

/** Opens the object in an editor, again with the error on top while the server refuses what was saved. Says what happened. */
export async function editObject(address: ObjectAddress, { transport, openEditor }: EditOptions): Promise<string> {
  const { resource, namespace, name } = address;
  const { group, version } = resource;
  const request = { group, version, resource: resource.resource, namespace, name };
  const object = await transport.request({ verb: "get", ...request });
  const { managedFields: _, ...metadata } = object.metadata;
  const original = yamlText({ ...object, metadata });
  const folder = await mkdtemp(join(tmpdir(), "kube-edit-"));
  try {
    const path = join(folder, `${name}.yaml`);
    let text = original;
    for (let problem = ""; ;) {
      const offered = problem === "" ? text : `${commented(problem)}${text}`;
      await writeFile(path, offered, { mode: 0o600 });
      await openEditor(path);
      const saved = await readFile(path, "utf8");
      text = withoutComments(saved);
      // Closed without a change: the way to give up.
      if (saved === offered || text.trim() === "" || text === original) return `${addressText(address)} not changed`;
      try {
        // Parse edge: the server checks the rest.
        const body = decodeYaml(text).value as JsonObject;
        const { resourceVersion } = object.metadata;
        await transport.request({ verb: "update", ...request, body: pinned(body, resourceVersion) });
        return `${addressText(address)} edited`;
      } catch (error) {
        problem = errorText(error);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was changed meanwhile must not be overwritten, even if the user took the line out. */
function pinned(body: JsonObject, resourceVersion: string | undefined): JsonObject {
  return { ...body, metadata: { ...objectIn(body, "metadata"), resourceVersion } };
}

const commented = (problem: string): string =>
  `${problem
    .split("\n")
    .map((line) => `# ${line}`)
    .join("\n")}\n# Close without a change to give up.\n`;

const withoutComments = (text: string): string => text.replace(/^(?:#.*\n)+/, "");
