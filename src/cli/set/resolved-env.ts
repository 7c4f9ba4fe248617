import { parseQuantity, quantityMilliValue, quantityValue, ZERO } from "../../api/quantity.ts";
import { configmaps, secrets } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { messageOf } from "../error-message.ts";
import {
  annotationsOf,
  type ApiObject,
  labelsOf,
  metadataOf,
  objectIn,
  objectsIn,
  textIn,
} from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { referenceText } from "./env-changes.ts";

/** ConfigMaps and Secrets of the namespace, each asked for once. */
export interface ReferencedObjects {
  read(type: "configmap" | "secret", name: string): Promise<ApiObject>;
}

export async function referencedObjects(session: Session): Promise<ReferencedObjects> {
  const [transport, { namespace }] = [await session.transport(), await session.target()];
  const known = new Map<string, Promise<ApiObject>>();
  return {
    async read(type, name) {
      const key = `${type}/${name}`;
      const mapping = type === "secret" ? secrets : configmaps;
      const asked = known.get(key) ?? requestResource(transport, { mapping, namespace, name }, { method: "GET" });
      known.set(key, asked);
      return await asked;
    },
  };
}

/** The variables of a container with the values that references lead to, and what leads nowhere. */
export async function resolvedEnvList(
  container: JsonObject,
  object: ApiObject,
  source: ReferencedObjects,
): Promise<{ readonly text: string; readonly problems: readonly string[] }> {
  const namesByProblem = new Map<string, string[]>();
  const lines: string[] = [];
  for (const variable of objectsIn(container, "env")) {
    const name = textIn(variable, "name");
    const from = objectIn(variable, "valueFrom");
    if (variable["valueFrom"] === undefined) {
      lines.push(`${name}=${textIn(variable, "value")}\n`);
      continue;
    }
    try {
      // oxlint-disable-next-line no-await-in-loop -- most are known by then
      lines.push(`${name}=${await referencedValue(from, { container, object, source })}\n`);
    } catch (error) {
      lines.push(`# ${name} from ${referenceText(from)}\n`);
      const problem = messageOf(error).replace(/^Error from server \(\w+\): /, "");
      namesByProblem.set(problem, [...(namesByProblem.get(problem) ?? []), name]);
    }
  }
  const problems = [...namesByProblem].map(
    ([problem, names]) => `error retrieving reference for ${names.toSorted(byText).join(", ")}: ${problem}`,
  );
  return { text: lines.join(""), problems: problems.toSorted(byText) };
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

interface Place {
  readonly container: JsonObject;
  readonly object: ApiObject;
  readonly source: ReferencedObjects;
}

async function referencedValue(from: JsonObject, { container, object, source }: Place): Promise<string> {
  if (from["secretKeyRef"] !== undefined) {
    const { key, name } = keyOf(objectIn(from, "secretKeyRef"));
    const value = objectIn(await source.read("secret", name), "data")[key];
    if (typeof value === "string") return Buffer.from(value, "base64").toString();
    throw new UserError(`key ${key} not found in secret ${name}`);
  }
  if (from["configMapKeyRef"] !== undefined) {
    const { key, name } = keyOf(objectIn(from, "configMapKeyRef"));
    const value = objectIn(await source.read("configmap", name), "data")[key];
    if (typeof value === "string") return value;
    throw new UserError(`key ${key} not found in config map ${name}`);
  }
  if (from["fieldRef"] !== undefined) return fieldValue(object, textIn(objectIn(from, "fieldRef"), "fieldPath"));
  if (from["resourceFieldRef"] !== undefined) return resourceValue(objectIn(from, "resourceFieldRef"), container);
  throw new UserError("invalid valueFrom");
}

const keyOf = (reference: JsonObject) => ({ key: textIn(reference, "key"), name: textIn(reference, "name") });

function fieldValue(object: ApiObject, path: string): string {
  const [, field, key] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  if (field !== undefined && key !== undefined) {
    if (field === "metadata.annotations") return annotationsOf(object)[key] ?? "";
    if (field === "metadata.labels") return labelsOf(object)[key] ?? "";
    throw new UserError(`fieldPath ${JSON.stringify(path)} does not support subscript`);
  }
  if (path === "metadata.annotations") return mapText(annotationsOf(object));
  if (path === "metadata.labels") return mapText(labelsOf(object));
  if (["metadata.name", "metadata.namespace", "metadata.uid"].includes(path))
    return textIn(metadataOf(object), path.slice("metadata.".length));
  throw new UserError(`unsupported fieldPath: ${path}`);
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.entries(map)
    .toSorted(([left], [right]) => byText(left, right))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");

const RESOURCES = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** In units of the divisor, rounded up. */
function resourceValue(reference: JsonObject, container: JsonObject): string {
  const resource = textIn(reference, "resource");
  const [, list = "", name = ""] = RESOURCES.exec(resource) ?? [];
  if (name === "") throw new UserError(`Unsupported container resource : ${resource}`);
  const amount = textIn(objectIn(objectIn(container, "resources"), list), name);
  const divisor = textIn(reference, "divisor");
  const unit = parseQuantity(divisor === "" || divisor === "0" ? "1" : divisor);
  const measured = amount === "" ? ZERO : parseQuantity(amount);
  const [value, by] =
    name === "cpu"
      ? [quantityMilliValue(measured), quantityMilliValue(unit)]
      : [quantityValue(measured), quantityValue(unit)];
  return String((value + by - 1n) / by);
}
