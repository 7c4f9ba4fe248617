import { addressText, findResource, qualifiedName } from "../../feeds/resource.ts";
import { textMatcher } from "../../feeds/row-filter.ts";
import type { KeyBinding } from "./key-binding.ts";
import { openedResource } from "./run-command.ts";
import {
  bodyHeight,
  currentScreen,
  type ListRow,
  type ListScreen,
  type State,
  step,
  type Step,
  withScreen,
} from "./state.ts";

const ON_LIST = ["list"] as const;

export const listKeys: readonly KeyBinding[] = [
  { keys: ["j", "down"], on: ON_LIST, description: "Down", run: (state) => movedInList(state, 1) },
  { keys: ["k", "up"], on: ON_LIST, description: "Up", run: (state) => movedInList(state, -1) },
  {
    keys: ["pagedown", "ctrl-f"],
    on: ON_LIST,
    description: "Page down",
    run: (state) => movedInList(state, bodyHeight(state)),
  },
  {
    keys: ["pageup", "ctrl-b"],
    on: ON_LIST,
    description: "Page up",
    run: (state) => movedInList(state, -bodyHeight(state)),
  },
  { keys: ["g", "home"], on: ON_LIST, description: "First", run: (state) => movedInList(state, -Infinity) },
  { keys: ["G", "end"], on: ON_LIST, description: "Last", run: (state) => movedInList(state, Infinity) },
  { keys: ["enter"], on: ON_LIST, description: "Switch to this context", applies: isList("contexts"), run: chosen },
  { keys: ["enter"], on: ON_LIST, description: "Switch to this cluster", applies: isList("clusters"), run: chosen },
  { keys: ["enter"], on: ON_LIST, description: "Open this resource", applies: isList("aliases"), run: chosen },
  {
    keys: ["s"],
    on: ON_LIST,
    description: "Start the cluster",
    isChange: true,
    applies: isList("clusters"),
    run: (state) => clusterCommand(state, "start"),
  },
  {
    keys: ["S", "ctrl-d"],
    on: ON_LIST,
    description: "Stop the cluster; it keeps its state",
    isChange: true,
    applies: isList("clusters"),
    run: askToStop,
  },
  {
    keys: ["ctrl-d"],
    on: ON_LIST,
    description: "End this port-forward",
    applies: isList("forwards"),
    run: (state) => {
      const row = listRow(state);
      return row ? step(state, { type: "endForward", id: Number(row.key) }) : step(state);
    },
  },
  {
    keys: ["c"],
    on: ON_LIST,
    description: "Copy",
    run: (state) => {
      const text = listRow(state)?.cells[0];
      return text === undefined ? step(state) : step(state, { type: "copy", text, what: text });
    },
  },
];

export const LIST_HEADERS = {
  contexts: ["NAME", "CLUSTER", "USER", "NAMESPACE"],
  clusters: ["NAME", "STATE", "API SERVER", "NODES", "CONTEXT"],
  forwards: ["OBJECT", "NAMESPACE", "PORTS", "LISTENS", "STATUS"],
  aliases: ["RESOURCE", "SHORT", "GROUP", "KIND", "NAMESPACED"],
} as const;

/** The rows of a list as the filter leaves them; undefined while they are fetched. */
export function listRows(state: State, screen: ListScreen): readonly ListRow[] | undefined {
  const rows = allRows(state, screen);
  if (screen.filter === "") return rows;
  const matches = textMatcher(screen.filter);
  return rows?.filter(({ cells }) => matches(cells.join(" ")));
}

function allRows(state: State, { list, rows }: ListScreen): readonly ListRow[] | undefined {
  switch (list) {
    case "contexts":
    case "clusters":
      return rows;
    case "forwards":
      return state.forwards.map(({ id, address, ports, listens, status, problem }) => ({
        key: String(id),
        cells: [addressText(address), address.namespace ?? "", ports, listens.join(", "), problem || status],
      }));
    case "aliases":
      return state.resources
        .filter(({ verbs }) => verbs.includes("list"))
        .map((resource) => ({
          key: qualifiedName(resource),
          cells: [
            resource.resource,
            resource.shortNames.join(","),
            resource.group,
            resource.kind,
            String(resource.namespaced),
          ],
        }));
  }
}

function isList(list: ListScreen["list"]): (state: State) => boolean {
  return (state) => {
    const screen = currentScreen(state);
    return screen.kind === "list" && screen.list === list;
  };
}

function listRow(state: State): ListRow | undefined {
  const screen = currentScreen(state);
  return screen.kind === "list" ? listRows(state, screen)?.[placedList(state, screen).cursor] : undefined;
}

/** The cursor on a row, and the row on the screen. */
export function placedList(state: State, screen: ListScreen): { readonly cursor: number; readonly top: number } {
  const count = listRows(state, screen)?.length ?? 0;
  const height = bodyHeight(state);
  const cursor = Math.max(0, Math.min(screen.cursor, count - 1));
  return { cursor, top: Math.max(0, Math.min(screen.top, cursor), cursor - height + 1) };
}

export function movedInList(state: State, by: number): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "list") return step(state);
  const { cursor } = placedList(state, screen);
  const moved = { ...screen, cursor: Math.max(0, Math.min((listRows(state, screen)?.length ?? 1) - 1, cursor + by)) };
  return step(withScreen(state, { ...moved, ...placedList(state, moved) }));
}

function chosen(state: State): Step {
  const screen = currentScreen(state);
  const row = listRow(state);
  if (screen.kind !== "list" || !row) return step(state);
  switch (screen.list) {
    case "contexts":
      return step(state, { type: "connect", context: row.key });
    case "clusters":
      return step(state, { type: "connect", context: row.cells[4] ?? "" });
    case "aliases": {
      const resource = findResource(state.resources, row.key);
      return step(resource ? openedResource(state, resource) : state);
    }
    case "forwards":
      return step(state);
  }
}

function clusterCommand(state: State, verb: "start" | "stop"): Step {
  const name = listRow(state)?.key;
  if (name === undefined) return step(state);
  return step(
    { ...state, notice: { tone: "good", text: `${verb === "start" ? "Starting" : "Stopping"} cluster ${name} ...` } },
    { type: "command", title: `${verb} ${name}`, lines: [[verb, "--name", name]], isShown: false, list: "clusters" },
  );
}

function askToStop(state: State): Step {
  const name = listRow(state)?.key;
  const [effect] = clusterCommand(state, "stop").effects;
  if (name === undefined || !effect) return step(state);
  return step({ ...state, prompt: { kind: "confirm", question: `Stop the cluster ${name}?`, effect } });
}
