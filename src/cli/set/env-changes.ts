import { envVarNameProblems } from "../../api/names.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { type ApiObject, kindOf, nameOf, objectIn, objectsIn, textIn } from "../objects/api-object.ts";

export interface EnvChanges {
  readonly set: readonly JsonObject[];
  readonly removed: readonly string[];
}

/** `KEY=value` and `KEY-`. */
export function envChanges(pairs: readonly string[]): EnvChanges {
  const set: JsonObject[] = [];
  const removed: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 0 && pair.endsWith("-")) removed.push(pair.slice(0, -1));
    else {
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const problems = envVarNameProblems(name);
      if (equals < 0) throw new UserError(`environment variables must be of the form key=value: ${pair}`);
      if (problems.length > 0)
        throw new UserError(`${JSON.stringify(name)} is not a valid key name: ${problems.join(";")}`);
      set.push({ name, value: pair.slice(equals + 1) });
    }
  }
  return { set, removed };
}

/** A variable for each key of a ConfigMap or Secret, by reference. */
export function envFrom(source: ApiObject, keys: readonly string[]): readonly JsonObject[] {
  const reference = { ConfigMap: "configMapKeyRef", Secret: "secretKeyRef" }[kindOf(source)];
  if (reference === undefined) throw new UserError("unsupported resource specified in --from");
  return Object.keys(objectIn(source, "data"))
    .filter((key) => keys.length === 0 || keys.includes(key))
    .toSorted()
    .map((key) => ({ name: envName(key), valueFrom: { [reference]: { name: nameOf(source), key } } }));
}

/** Of which keys the variables have another name, in kubectl's words. */
export function renamedKeys(source: ApiObject, keys: readonly string[]): readonly string[] {
  return Object.keys(objectIn(source, "data"))
    .filter((key) => (keys.length === 0 || keys.includes(key)) && envName(key) !== key)
    .toSorted()
    .map((key) => `Warning: key ${key} transferred to ${envName(key)}\n`);
}

const envName = (key: string): string => key.replaceAll(/[^A-Za-z0-9_]/g, "_").toUpperCase();

/** What is there is changed in its place; what is new comes at the end. */
export function changedEnv(env: readonly JsonObject[], { set, removed }: EnvChanges): JsonObject[] {
  const newer = new Map(set.map((variable) => [textIn(variable, "name"), variable]));
  const kept = env.flatMap((variable) => {
    const name = textIn(variable, "name");
    if (removed.includes(name)) return [];
    const change = newer.get(name);
    newer.delete(name);
    return [change ?? variable];
  });
  return [...kept, ...[...newer.values()].filter((variable) => !removed.includes(textIn(variable, "name")))];
}

export function overwriteProblem(env: readonly JsonObject[], { set }: EnvChanges): UserError | undefined {
  const names = new Set(set.map((variable) => textIn(variable, "name")));
  const taken = env.find((variable) => names.has(textIn(variable, "name")));
  if (!taken) return undefined;
  return new UserError(
    `'${textIn(taken, "name")}' already has a value (${textIn(taken, "value")}), and --overwrite is false`,
  );
}

/** What `--list` shows of a container. */
export function envList(container: JsonObject): string {
  return objectsIn(container, "env")
    .map((variable) => {
      const name = textIn(variable, "name");
      if (variable["valueFrom"] === undefined) return `${name}=${textIn(variable, "value")}\n`;
      return `# ${name} from ${referenceText(objectIn(variable, "valueFrom"))}\n`;
    })
    .join("");
}

export function referenceText(from: JsonObject): string {
  if (from["configMapKeyRef"] !== undefined) return keyText("configmap", objectIn(from, "configMapKeyRef"));
  if (from["secretKeyRef"] !== undefined) return keyText("secret", objectIn(from, "secretKeyRef"));
  if (from["fieldRef"] !== undefined) return `field path ${textIn(objectIn(from, "fieldRef"), "fieldPath")}`;
  const resource = objectIn(from, "resourceFieldRef");
  const container = textIn(resource, "containerName");
  return `resource field ${container === "" ? "" : `${container}/`}${textIn(resource, "resource")}`;
}

const keyText = (kind: string, reference: JsonObject): string =>
  `${kind} ${textIn(reference, "name")}, key ${textIn(reference, "key")}`;
