import type { Transport } from "../client/transport.ts";
import { addressText, type DashboardResource, type ObjectAddress, resourceOfKind } from "../feeds/resource.ts";
import { objectIn, textIn } from "../feeds/table-rows.ts";
import { isJsonObject, type JsonObject } from "../lib/json/json-value.ts";
import { errorText } from "../lib/logger.ts";
import { yamlDocuments } from "../lib/yaml/yaml-documents.ts";
import { decodeYaml } from "../lib/yaml/yaml.ts";

export interface Sending {
  readonly transport: Transport;
  readonly resources: readonly DashboardResource[];
  /** For objects that name none. */
  readonly namespace: string;
  /** Server-side apply of what the text says, or the whole object put in place of the one that was read. */
  readonly way: "apply" | "replace";
  readonly isDryRun: boolean;
  /** Take fields over from other managers. */
  readonly isForced: boolean;
}

/** What became of one document. */
export interface SendResult {
  readonly subject: string;
  readonly isGood: boolean;
  readonly text: string;
}

const FIELD_MANAGER = "kube-dashboard";

/** Sends each document of a YAML text to the server, in order; one that fails does not keep the others from being sent. */
export async function sendText(text: string, sending: Sending): Promise<readonly SendResult[]> {
  const documents = yamlDocuments(text);
  if (documents.length === 0) return [{ subject: "", isGood: false, text: "There is no document in this text." }];
  const results: SendResult[] = [];
  for (const document of documents) {
    let subject = `Document at line ${document.firstLine}`;
    try {
      const object = objectOf(decodeYaml(document.text, document.firstLine).value);
      const address = addressOf(object, sending);
      subject = addressText(address);
      // oxlint-disable-next-line no-await-in-loop -- a namespace comes before what is in it
      await send(object, address, sending);
      results.push({ subject, isGood: true, text: outcome(sending) });
    } catch (error) {
      results.push({ subject, isGood: false, text: errorText(error) });
    }
  }
  return results;
}

function objectOf(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error("This is no object");
  if (textIn(value, "kind") === "") throw new Error("kind must be set");
  if (textIn(objectIn(value, "metadata"), "name") === "") throw new Error("metadata.name must be set");
  return value;
}

function addressOf(object: JsonObject, { resources, namespace }: Sending): ObjectAddress {
  const [apiVersion, kind] = [textIn(object, "apiVersion"), textIn(object, "kind")];
  const resource = resourceOfKind(resources, apiVersion, kind);
  if (!resource) throw new Error(`The server has no kind "${kind}" in "${apiVersion}"`);
  const metadata = objectIn(object, "metadata");
  return {
    resource: { ...resource, version: apiVersion.split("/").at(-1) ?? resource.version },
    namespace: resource.namespaced ? textIn(metadata, "namespace") || namespace : undefined,
    name: textIn(metadata, "name"),
  };
}

async function send(object: JsonObject, address: ObjectAddress, sending: Sending): Promise<void> {
  const { resource, namespace, name } = address;
  const isApply = sending.way === "apply";
  await sending.transport.request({
    verb: isApply ? "patch" : "update",
    ...(isApply ? { patchType: "apply" as const } : {}),
    group: resource.group,
    version: resource.version,
    resource: resource.resource,
    namespace,
    name,
    query: {
      fieldManager: FIELD_MANAGER,
      fieldValidation: "Strict",
      force: isApply && sending.isForced ? "true" : undefined,
      dryRun: sending.isDryRun ? "All" : undefined,
    },
    body: object,
  });
}

function outcome({ way, isDryRun }: Sending): string {
  const done = way === "apply" ? "applied" : "saved";
  return isDryRun ? `would be ${done}` : done;
}
