/**
 * Field selectors: `spec.nodeName=node-1,status.phase!=Failed`. Only the fields that a kind declares can be asked for.
 * Compiled to one predicate, because it runs for every watcher on every event.
 */
import { badRequest } from "./api-error.ts";
import type { SelectableFields } from "./kind.ts";
import type { KubeObject } from "./resource-type.ts";

interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

export interface FieldSelector<T extends KubeObject = KubeObject> {
  readonly matches: (object: T) => boolean;
  readonly isEverything: boolean;
  readonly requirements: readonly FieldRequirement[];
}

/** The value that the selector demands of `metadata.name`: such a list or watch is of one object. */
export function requiredName(selector: Pick<FieldSelector, "requirements">): string | undefined {
  return selector.requirements.find(({ field, operator }) => field === "metadata.name" && operator === "=")?.value;
}

/** A BadRequest with upstream's wording when the text is malformed or names a field the kind does not offer. */
export function parseFieldSelector<T extends KubeObject>(
  text: string,
  selectable: SelectableFields<T>,
): FieldSelector<T> {
  const requirements = parseFieldRequirements(text);
  const predicates = requirements.map((requirement) => predicate(requirement, selectable));
  return {
    matches: conjunction(predicates),
    isEverything: predicates.length === 0,
    requirements,
  };
}

/** Escapes a value so that it can stand in a field selector. */
export const escapedFieldValue = (value: string): string => value.replace(/[\\,=]/g, (character) => `\\${character}`);

type Predicate<T> = (object: T) => boolean;

function predicate<T extends KubeObject>(
  { field, operator, value }: FieldRequirement,
  selectable: SelectableFields<T>,
): Predicate<T> {
  const read = fieldReader(field, selectable);
  return operator === "=" ? (object) => read(object) === value : (object) => read(object) !== value;
}

function fieldReader<T extends KubeObject>(
  label: string,
  { fields, withoutNamespace, aliases = {}, refusal }: SelectableFields<T>,
): (object: T) => string {
  if (label === "metadata.name") return (object) => object.metadata.name ?? "";
  if (label === "metadata.namespace" && !withoutNamespace) return (object) => object.metadata.namespace ?? "";
  const field = (Object.hasOwn(aliases, label) && aliases[label]) || label;
  const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!read) throw badRequest(refusal(label));
  return read;
}

function conjunction<T>(predicates: readonly Predicate<T>[]): Predicate<T> {
  const [first] = predicates;
  if (!first) return () => true;
  if (predicates.length === 1) return first;
  return (object) => {
    for (const each of predicates) if (!each(object)) return false;
    return true;
  };
}

function parseFieldRequirements(text: string): FieldRequirement[] {
  return splitTerms(text)
    .toSorted()
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = "", operator, value = ""] = match;
      return { field, operator: operator === "!=" ? "!=" : "=", value: unescaped(value) };
    });
}

/** At commas that no backslash precedes; the backslashes stay. */
const splitTerms = (text: string): string[] =>
  text === "" ? [] : (text.match(/(?:\\.|[^,\\]|\\$)+|(?<=,|^)(?=,|$)/gs) ?? []);

function unescaped(value: string): string {
  let result = "";
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (character === "\\") {
      const escaped = value.charAt(++index);
      if (escaped === "" || !"\\,=".includes(escaped)) {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
      }
      result += escaped;
    } else if (character === "=" || character === ",") {
      // Go prints the character's number here; Kubernetes does this too (UnescapedRune).
      throw badRequest(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    } else {
      result += character;
    }
  }
  return result;
}
