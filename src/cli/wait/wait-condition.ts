import { goText } from "../../lib/go/go-text.ts";
import { jsonPathResults } from "../../lib/jsonpath/evaluate-jsonpath.ts";
import { parseJsonPath } from "../../lib/jsonpath/parse-jsonpath.ts";
import { UserError } from "../../lib/user-error.ts";
import { type ApiObject, objectIn, objectsIn, textIn } from "../objects/api-object.ts";
import { relaxedPath } from "../printers/jsonpath/relaxed-path.ts";

/** What `kubectl wait --for` waits for. */
export type WaitCondition =
  | { readonly type: "create" }
  | { readonly type: "delete" }
  | { readonly type: "state"; readonly isMet: (object: ApiObject) => boolean };

export function waitCondition(text: string): WaitCondition {
  const lower = text.toLowerCase();
  if (lower === "delete" || lower === "create") return { type: lower };
  if (text.startsWith("condition=")) return { type: "state", isMet: statusCondition(text.slice("condition=".length)) };
  if (text.startsWith("jsonpath=")) return { type: "state", isMet: pathCondition(text.slice("jsonpath=".length)) };
  throw new UserError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function statusCondition(text: string): (object: ApiObject) => boolean {
  const equals = text.indexOf("=");
  const name = (equals < 0 ? text : text.slice(0, equals)).toLowerCase();
  const wanted = (equals < 0 ? "true" : text.slice(equals + 1)).toLowerCase();
  return (object) => {
    const status = objectIn(object, "status");
    const found = objectsIn(status, "conditions").find((each) => textIn(each, "type").toLowerCase() === name);
    if (!found) return false;
    const generation = Number(objectIn(object, "metadata")["generation"] ?? 0);
    const observed = Number(found["observedGeneration"] ?? status["observedGeneration"] ?? generation);
    // A condition of an older specification says nothing of this one.
    return observed >= generation && textIn(found, "status").toLowerCase() === wanted;
  };
}

function pathCondition(text: string): (object: ApiObject) => boolean {
  const parts = text.split(/(?<!=)=(?!=)/);
  if (parts.length > 2 || parts[0] === "")
    throw new UserError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  const path = parseJsonPath(relaxedPath(parts[0] ?? ""));
  const wanted = parts[1]?.replaceAll(/^['"]+|['"]+$/g, "");
  if (wanted === "")
    throw new UserError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  return (object) => {
    const [values = [], ...more] = jsonPathResults(path, object, { allowsMissing: true });
    if (values.length === 0) return false;
    if (more.length > 0) throw new UserError("given jsonpath expression matches more than one list");
    if (values.length > 1) throw new UserError("given jsonpath expression matches more than one value");
    const [value] = values;
    if (typeof value === "object" && value !== null && wanted !== undefined)
      throw new UserError("jsonpath leads to a nested object or list which is not supported");
    return wanted === undefined || goText(value).trim() === wanted.trim();
  };
}
