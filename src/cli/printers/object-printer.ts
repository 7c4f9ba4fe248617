import { goJson, goStructJson } from "../../lib/json/json-text.ts";
import { kyamlText } from "../../lib/yaml/kyaml-text.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { type ApiObject, groupOf, itemsOf, kindOf, nameOf, withMetadata } from "../objects/api-object.ts";

/** The text of one object or list; a printer may remember what it printed before (`---` between documents). */
export type ObjectPrinter = (object: ApiObject) => string;

export function jsonPrinter(): ObjectPrinter {
  return (object) => `${goJson(object, "    ")}\n`;
}

/** JSON of an object that kubectl holds as one of Go's types. */
export function structJsonPrinter(): ObjectPrinter {
  return (object) => `${goStructJson(object, "    ")}\n`;
}

export function yamlPrinter(): ObjectPrinter {
  let isFirst = true;
  return (object) => {
    const separator = isFirst ? "" : "---\n";
    isFirst = false;
    return separator + yamlText(object);
  };
}

/** KYAML, with keys in the order of the alphabet; objects that were made from flags keep theirs. */
export function kyamlPrinter({ sorts = true } = {}): ObjectPrinter {
  return (object) => kyamlText(object, { sorts });
}

/** `deployment.apps/web`, and with an operation `deployment.apps/web created`. */
export function namePrinter(operation = ""): ObjectPrinter {
  const print: ObjectPrinter = (object) => {
    const items = itemsOf(object);
    if (items && kindOf(object).endsWith("List")) return items.map(print).join("");
    return `${objectName(object)}${operation === "" ? "" : ` ${operation}`}\n`;
  };
  return print;
}

function objectName(object: ApiObject): string {
  const group = groupOf(object);
  const kind = kindOf(object).toLowerCase();
  return `${group === "" ? kind : `${kind}.${group}`}/${nameOf(object) || "<unknown>"}`;
}

/** Who changed which field is noise to most readers. */
export function withoutManagedFields(print: ObjectPrinter): ObjectPrinter {
  return (object) => {
    const items = itemsOf(object);
    return print(items ? { ...object, items: items.map(stripped) } : stripped(object));
  };
}

const stripped = (object: ApiObject): ApiObject =>
  object["metadata"] === undefined ? object : withMetadata(object, { managedFields: undefined });
