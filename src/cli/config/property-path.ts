import { UserError } from "../../lib/user-error.ts";
import { type ConfigField, type ConfigList, FIELDS } from "./config-fields.ts";

/** What `clusters.dev.server` names: the whole list, an entry of it, a field of the entry, or something at the top. */
export type Property =
  | { readonly kind: "current-context" }
  | { readonly kind: "colors" }
  | { readonly kind: "preferences" }
  | { readonly kind: "list"; readonly list: ConfigList }
  | { readonly kind: "entry"; readonly list: ConfigList; readonly name: string }
  | { readonly kind: "field"; readonly list: ConfigList; readonly name: string; readonly field: ConfigField };

/** Names may contain dots: a name ends before the first part that is a field's. */
export function parseProperty(path: string): Property {
  if (path === "") throw new UserError("you must specify a property");
  const [top = "", ...rest] = path.split(".");
  if (path === "current-context") return { kind: "current-context" };
  if (path === "preferences") return { kind: "preferences" };
  if (path === "preferences.colors") return { kind: "colors" };
  if (top !== "clusters" && top !== "users" && top !== "contexts")
    throw new UserError(
      ["current-context", "preferences"].includes(top)
        ? `unable to parse one or more field values of ${path}`
        : `unable to parse ${path} after [] at api.Config`,
    );
  if (rest.length === 0) return { kind: "list", list: top };
  const fieldOf = (part: string) => FIELDS[top].find(({ name, property = name }) => property === part);
  const at = rest.findIndex((part, index) => index > 0 && fieldOf(part) !== undefined);
  const field = at < 0 ? undefined : fieldOf(rest[at] ?? "");
  if (!field) return { kind: "entry", list: top, name: rest.join(".") };
  if (at < rest.length - 1) throw new UserError(`unable to parse one or more field values of ${path}`);
  return { kind: "field", list: top, name: rest.slice(0, at).join("."), field };
}
