import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { textIn } from "../objects/api-object.ts";
import type { CredentialsInvocation } from "./set-credentials.ts";

/** Another provider starts without the arguments of the one before. */
export function changedAuthProvider(
  before: JsonValue | undefined,
  { flags, isGiven }: CredentialsInvocation,
): JsonObject | undefined {
  const existing = isJsonObject(before) ? before : undefined;
  const name = isGiven("auth-provider") ? flags["auth-provider"] : existing && textIn(existing, "name");
  if (name === undefined) return undefined;
  const kept = existing && textIn(existing, "name") === name ? existing["config"] : undefined;
  const { set, removed } = pairs("auth-provider-arg", flags["auth-provider-arg"]);
  const config = Object.entries(isJsonObject(kept) ? kept : {}).filter(([key]) => !removed.has(key));
  return { name, config: { ...Object.fromEntries(config), ...Object.fromEntries(set) } };
}

/** Without a command there is nothing that the other flags could change. */
export function changedExec(
  before: JsonObject | undefined,
  { flags, isGiven }: CredentialsInvocation,
): JsonObject | undefined {
  if (!before && !isGiven("exec-command")) return undefined;
  // A new command does not know the arguments of the old one.
  const changed: JsonObject = isGiven("exec-command")
    ? { provideClusterInfo: false, ...before, command: flags["exec-command"], args: null }
    : { ...before };
  if (isGiven("exec-api-version")) changed["apiVersion"] = flags["exec-api-version"];
  if (isGiven("exec-arg")) changed["args"] = [...flags["exec-arg"]];
  if (isGiven("exec-interactive-mode")) changed["interactiveMode"] = flags["exec-interactive-mode"];
  if (isGiven("exec-provide-cluster-info")) changed["provideClusterInfo"] = flags["exec-provide-cluster-info"];
  if (isGiven("exec-env")) changed["env"] = changedEnv(changed["env"], flags["exec-env"]);
  else changed["env"] ??= null;
  return changed;
}

function changedEnv(before: JsonValue | undefined, given: readonly string[]): JsonObject[] {
  const { set, removed } = pairs("exec-env", given);
  const existing = Array.isArray(before) ? before.filter(isJsonObject) : [];
  const names = new Set(existing.map((each) => textIn(each, "name")));
  const kept = existing
    .filter((each) => !removed.has(textIn(each, "name")))
    .map((each) => ({ ...each, value: set.get(textIn(each, "name")) ?? each["value"] ?? "" }));
  const added = [...set].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value }));
  return [...kept, ...added];
}

/** `key=value` sets, `key-` removes. */
function pairs(
  flag: string,
  given: readonly string[],
): { readonly set: ReadonlyMap<string, string>; readonly removed: ReadonlySet<string> } {
  const set = new Map<string, string>();
  const removed = new Set<string>();
  const invalid: string[] = [];
  for (const pair of given) {
    const equals = pair.indexOf("=");
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (equals < 0 && pair.endsWith("-") && pair !== "-") removed.add(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw new UserError(`invalid ${flag} format: ${invalid.join(", ")}`);
  return { set, removed };
}
