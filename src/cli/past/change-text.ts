import { unifiedDiff } from "../../lib/unified-diff.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { maskedSecret } from "../diff/masked-secrets.ts";
import { type ApiObject, kindOf, objectIn, withMetadata } from "../objects/api-object.ts";
import type { Change } from "./past-client.ts";

/** One line for a change: which, when, by whom, what. */
export function changeLine({ revision, at, by, change, group, resource, namespace, name }: Change): string {
  const type = group === "" ? resource : `${resource}.${group}`;
  const object = `${type} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  return `${String(revision).padEnd(8)} ${(at ?? "unknown").replace(/\.\d+Z$/, "Z").padEnd(20)} ${change.padEnd(7)} ${object}  by ${by ?? "unknown"}`;
}

/** The lines that changed; nothing when only the bookkeeping did. */
export const changeDiff = ({ previous, object }: Pick<Change, "previous" | "object">, showsSecrets: boolean): string =>
  unifiedDiff(...shownStates(previous, object, showsSecrets));

/** An object before and after a change. Values of Secrets are shown only when asked for; that they changed is. */
export function shownStates(
  before: ApiObject | undefined,
  after: ApiObject | undefined,
  showsSecrets: boolean,
): readonly [string, string] {
  const present = after ?? before;
  if (!present || showsSecrets || kindOf(present) !== "Secret") return [readable(before), readable(after)];
  const { live, merged } = maskedSecret({ live: bare(before), merged: bare(after) ?? bare(present) ?? present });
  return [before ? readable(live) : "", after ? readable(merged) : ""];
}

/** What apply remembers has the values again. */
const bare = (secret: ApiObject | undefined): ApiObject | undefined =>
  secret && withMetadata(secret, { annotations: undefined });

const readable = (object: ApiObject | undefined): string => (object ? yamlText(withoutBookkeeping(object)) : "");

/** Who owns which field, and the version, differ with every write and say nothing of it. */
function withoutBookkeeping(object: ApiObject): ApiObject {
  const bareObject = withMetadata(object, {
    managedFields: undefined,
    resourceVersion: undefined,
    generation: undefined,
  });
  const { observedGeneration: _observed, ...status } = objectIn(bareObject, "status");
  return _observed === undefined ? bareObject : { ...bareObject, status };
}
