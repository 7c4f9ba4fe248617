import { YAML } from "bun";

import { FieldErrors } from "../api/field-errors.ts";
import type { Kind, WriteContext } from "../api/kind.ts";
import { builtInRegistry } from "../api/registry.ts";
import type { KubeObject } from "../api/resource-type.ts";
import { decodeObject } from "../api/schema/decode-object.ts";

/** What a Kind makes of manifests, without a server around it. Namespaced objects without a namespace are in "default". */

const CONTEXT: WriteContext = {
  now: Date.parse("2026-11-21T09:00:00Z"),
  user: { name: "jane", groups: ["developers"] },
};

/** As stored objects are: decoded and defaulted. */
export function defaulted(yaml: string): KubeObject {
  const parsed = YAML.parse(yaml) as KubeObject;
  const kind = kindOf(parsed);
  const draft = decodeObject(kind.definition, parsed).object as unknown as KubeObject;
  if (kind.type.namespaced) draft.metadata.namespace ??= "default";
  kind.defaults?.(draft);
  return draft;
}

/** What is wrong with a new object, as `path: message`. */
export function creationProblems(yaml: string): string[] {
  const draft = defaulted(yaml);
  const { strategy } = kindOf(draft);
  const errors = new FieldErrors();
  strategy.prepareCreate?.(draft, CONTEXT);
  strategy.validate?.(draft, errors);
  return texts(errors);
}

/** What is wrong with replacing one object by another. */
export function updateProblems(oldYaml: string, newYaml: string): string[] {
  const old = defaulted(oldYaml);
  const { strategy } = kindOf(old);
  strategy.prepareCreate?.(old, CONTEXT);
  const draft = defaulted(newYaml);
  const errors = new FieldErrors();
  strategy.prepareUpdate?.(draft, old, CONTEXT);
  strategy.validate?.(draft, errors, old);
  strategy.validateUpdate?.(draft, old, errors);
  return texts(errors);
}

export function kindOf({ apiVersion, kind: name }: KubeObject): Kind {
  const [first = "", second] = apiVersion.split("/");
  const kind =
    second === undefined ? builtInRegistry.byKind("", first, name) : builtInRegistry.byKind(first, second, name);
  if (!kind) throw new Error(`no kind ${name} in ${apiVersion}`);
  return kind;
}

const texts = ({ errors }: FieldErrors): string[] => errors.map(({ path, message }) => `${path}: ${message}`);
