import type { ObjectAddress } from "../../feeds/resource.ts";
import { findResource, qualifiedName, resourceOfKind } from "../../feeds/resource.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import type { KeyBinding } from "./key-binding.ts";
import { inNamespace } from "./run-command.ts";
import { coreResource, logsScreen, objectScreen, tableScreen } from "./screens.ts";
import { columnNames } from "./shown-table.ts";
import {
  bodyHeight,
  currentScreen,
  type ObjectTab,
  pushScreen,
  type State,
  step,
  type Step,
  type TableScreen,
  withScreen,
} from "./state.ts";
import { cursorRow, rowAddress, withCursor } from "./table-cursor.ts";

const ON_TABLE = ["table"] as const;
/** What has pods behind a selector. */
const WITH_PODS: ReadonlySet<string> = new Set([
  "deployments.apps",
  "replicasets.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "jobs.batch",
  "services",
  "replicationcontrollers",
]);

/** Moving around in tables, and from there to whatever belongs to a row. */
export const tableKeys: readonly KeyBinding[] = [
  {
    keys: ["j", "down"],
    on: ON_TABLE,
    description: "Down",
    run: onTable((screen) => withCursor(screen, screen.cursor + 1)),
  },
  {
    keys: ["k", "up"],
    on: ON_TABLE,
    description: "Up",
    run: onTable((screen) => withCursor(screen, screen.cursor - 1)),
  },
  { keys: ["g", "home"], on: ON_TABLE, description: "First row", run: onTable((screen) => withCursor(screen, 0)) },
  { keys: ["G", "end"], on: ON_TABLE, description: "Last row", run: onTable((screen) => withCursor(screen, Infinity)) },
  { keys: ["pagedown", "ctrl-f"], on: ON_TABLE, description: "Page down", run: (state) => paged(state, 1) },
  { keys: ["pageup", "ctrl-b"], on: ON_TABLE, description: "Page up", run: (state) => paged(state, -1) },
  { keys: ["enter"], on: ON_TABLE, description: "Open: pods, containers, logs, or YAML", run: onRow(opened) },
  {
    keys: ["y"],
    on: ON_TABLE,
    description: "YAML",
    run: onRow((state, target) => openedObject(state, target, "yaml")),
  },
  {
    keys: ["v"],
    on: ON_TABLE,
    description: "Events",
    run: onRow((state, target) => openedObject(state, target, "events")),
  },
  {
    keys: ["o"],
    on: ON_TABLE,
    description: "Owner and owned",
    run: onRow((state, target) => openedObject(state, target, "related")),
  },
  { keys: ["J"], on: ON_TABLE, description: "Jump to the owner", run: onRow(jumpedToOwner) },
  {
    keys: ["l"],
    on: ON_TABLE,
    description: "Logs",
    applies: hasLogs,
    run: onRow((state, target) => logs(state, target, false)),
  },
  {
    keys: ["p"],
    on: ON_TABLE,
    description: "Logs of the previous container",
    applies: isOnPods,
    run: onRow((state, target) => logs(state, target, true)),
  },
  { keys: ["space"], on: ON_TABLE, description: "Mark", run: onTable(marked) },
  {
    keys: ["w"],
    on: ON_TABLE,
    description: "Wide columns",
    run: onTable((screen) => ({ ...screen, isWide: !screen.isWide })),
  },
  {
    keys: [">", "right"],
    on: ON_TABLE,
    description: "Sort by the next column",
    run: onTable((screen) => sortedBy(screen, 1)),
  },
  {
    keys: ["<", "left"],
    on: ON_TABLE,
    description: "Sort by the column before",
    run: onTable((screen) => sortedBy(screen, -1)),
  },
  { keys: ["="], on: ON_TABLE, description: "Reverse the order", run: onTable(reversed) },
];

/** The row an action is for, with its identity. */
interface RowTarget {
  readonly screen: TableScreen;
  readonly address: ObjectAddress;
  readonly uid: string;
}

function onTable(change: (screen: TableScreen) => TableScreen): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    return step(screen.kind === "table" ? withScreen(state, change(screen)) : state);
  };
}

function onRow(act: (state: State, target: RowTarget) => Step): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    const row = screen.kind === "table" ? cursorRow(screen) : undefined;
    if (screen.kind !== "table" || !row) return step(state);
    return act(state, { screen, address: rowAddress(screen, row), uid: row.uid });
  };
}

function paged(state: State, direction: 1 | -1): Step {
  return onTable((screen) => withCursor(screen, screen.cursor + direction * bodyHeight(state)))(state);
}

function opened(state: State, target: RowTarget): Step {
  const { address, uid, screen } = target;
  const name = qualifiedName(address.resource);
  const pods = coreResource(state.resources, "pods");
  if (name === "pods") return step(pushScreen(state, { kind: "containers", pod: address, cursor: 0 }));
  if (WITH_PODS.has(name)) return step(state, { type: "drill", address, into: "pods" });
  const of = `${address.resource.singular}/${address.name}`;
  if (name === "nodes" && pods) {
    const scope = { namespace: "", fieldSelector: `spec.nodeName=${address.name}`, of };
    return step(pushScreen(state, tableScreen(pods, scope)));
  }
  const jobs = findResource(state.resources, "jobs.batch");
  if (name === "cronjobs.batch" && jobs)
    return step(pushScreen(state, tableScreen(jobs, { namespace: address.namespace, ownerUid: uid, of })));
  if (name === "namespaces" && pods) {
    const inside = inNamespace(state, address.name);
    return step({ ...inside, screens: [{ kind: "home" }, tableScreen(pods)], notice: undefined });
  }
  const custom = name.startsWith("customresourcedefinitions.")
    ? findResource(state.resources, address.name)
    : undefined;
  if (custom) return step(pushScreen(state, tableScreen(custom)));
  return openedObject(state, { screen, address, uid }, "yaml");
}

function openedObject(state: State, { address, uid }: RowTarget, tab: ObjectTab): Step {
  return step(pushScreen(state, objectScreen(address, uid, tab)));
}

function jumpedToOwner(state: State, { screen, address }: RowTarget): Step {
  const [owner] = objectsIn(objectIn(cursorRow(screen)?.object ?? {}, "metadata"), "ownerReferences");
  const resource = owner && resourceOfKind(state.resources, textIn(owner, "apiVersion"), textIn(owner, "kind"));
  if (!owner || !resource) return step({ ...state, notice: { tone: "bad", text: `${address.name} has no owner` } });
  const target = {
    resource,
    namespace: resource.namespaced ? address.namespace : undefined,
    name: textIn(owner, "name"),
  };
  return step(pushScreen(state, objectScreen(target, textIn(owner, "uid"), "yaml")));
}

function logs(state: State, { address }: RowTarget, isPrevious: boolean): Step {
  if (qualifiedName(address.resource) === "pods") return step(pushScreen(state, logsScreen(address, { isPrevious })));
  return step(state, { type: "drill", address, into: "logs" });
}

function hasLogs(state: State): boolean {
  const screen = currentScreen(state);
  return screen.kind === "table" && (isOnPods(state) || WITH_PODS.has(qualifiedName(screen.resource)));
}

function isOnPods(state: State): boolean {
  const screen = currentScreen(state);
  return screen.kind === "table" && qualifiedName(screen.resource) === "pods";
}

function marked(screen: TableScreen): TableScreen {
  const row = cursorRow(screen);
  if (!row) return screen;
  const marks = new Set(screen.marks);
  if (!marks.delete(row.uid)) marks.add(row.uid);
  return withCursor({ ...screen, marks }, screen.cursor + 1);
}

function sortedBy(screen: TableScreen, direction: 1 | -1): TableScreen {
  const names = columnNames(screen.shown.columns);
  if (names.length === 0) return screen;
  const at = screen.sort ? names.indexOf(screen.sort.column) : direction > 0 ? -1 : 0;
  const column = names[(at + direction + names.length) % names.length] ?? "";
  return { ...screen, sort: { column, isDescending: false } };
}

function reversed(screen: TableScreen): TableScreen {
  const column = screen.sort?.column ?? columnNames(screen.shown.columns)[0] ?? "";
  return { ...screen, sort: { column, isDescending: !(screen.sort?.isDescending ?? false) } };
}
