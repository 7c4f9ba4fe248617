import { textIn } from "../../feeds/table-rows.ts";
import { isJsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { printable } from "../../lib/terminal-text.ts";
import type { ListRow } from "../state/state.ts";
import type { RunCommand } from "./run-command-line.ts";

interface ListOptions {
  readonly run: RunCommand;
  readonly signal: AbortSignal;
  readonly contextName: string;
}

/** The rows of a list that is no resource of a server, as the commands for them tell. */
export async function fetchedList(list: "contexts" | "clusters", options: ListOptions): Promise<readonly ListRow[]> {
  return list === "contexts" ? await contexts(options) : await clusters(options);
}

async function contexts({ run, signal, contextName }: ListOptions): Promise<readonly ListRow[]> {
  const config = await json(run, ["config", "view", "--output=json"], signal);
  return itemsIn(config, "contexts").map((each) => {
    const context = isJsonObject(each["context"]) ? each["context"] : {};
    const name = textIn(each, "name");
    const cells = [name, textIn(context, "cluster"), textIn(context, "user"), textIn(context, "namespace")];
    return { key: name, cells: cells.map(printable), isCurrent: name === contextName };
  });
}

async function clusters({ run, signal, contextName }: ListOptions): Promise<readonly ListRow[]> {
  const all = await json(run, ["list", "--output=json"], signal);
  return (Array.isArray(all) ? all.filter(isJsonObject) : []).map((cluster) => {
    const cells = ["name", "state", "apiServer"].map((key) => textIn(cluster, key));
    const nodes = typeof cluster["nodes"] === "number" ? String(cluster["nodes"]) : "";
    const context = textIn(cluster, "context");
    return {
      key: textIn(cluster, "name"),
      cells: [...cells, nodes, context].map(printable),
      isCurrent: context === contextName,
    };
  });
}

async function json(run: RunCommand, args: readonly string[], signal: AbortSignal): Promise<JsonValue> {
  const { stdout, stderr, exitCode } = await run(args, { signal });
  if (exitCode !== 0) throw new Error(stderr.trim() || `${args.join(" ")} ended with exit code ${exitCode}`);
  // Parse edge: these commands write JSON when told to.
  return JSON.parse(stdout) as JsonValue;
}

const itemsIn = (value: JsonValue, key: string) => {
  const items = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
};
