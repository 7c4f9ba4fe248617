import { type ObjectAddress, findResource, qualifiedName } from "../../feeds/resource.ts";
import type { KeyBinding } from "./key-binding.ts";
import { ownerIn } from "./related-tree.ts";
import { inNamespace } from "./run-command.ts";
import { coreResource, HOME, logsScreen, objectScreen, tableScreen } from "./screens.ts";
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
import { cursorRow, rowAddress, targetsOf, withCursor } from "./table-cursor.ts";
import { isOn } from "./targets.ts";

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
  { keys: ["enter"], on: ON_TABLE, description: "Open: pods, containers, or describe", run: onRow(opened) },
  ...tabKeys(),
  { keys: ["J"], on: ON_TABLE, description: "Jump to the owner", run: onRow(jumpedToOwner) },
  {
    keys: ["u"],
    on: ON_TABLE,
    description: "Used by",
    applies: isOn("configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims"),
    run: onRow((state, target) => openedObject(state, target, "related")),
  },
  {
    keys: ["z"],
    on: ON_TABLE,
    description: "ReplicaSets of the Deployment",
    applies: isOn("deployments.apps"),
    run: onRow(openedReplicaSets),
  },
  {
    keys: ["n"],
    on: ON_TABLE,
    description: "The node of the pod",
    applies: isOn("pods"),
    run: onRow(openedNode),
  },
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
    applies: isOn("pods"),
    run: onRow((state, target) => logs(state, target, true)),
  },
  { keys: ["space"], on: ON_TABLE, description: "Mark", run: onTable(marked) },
  {
    keys: ["ctrl-`"],
    on: ON_TABLE,
    description: "Mark from the last mark to here",
    run: onTable(markedRange),
  },
  {
    keys: ["ctrl-|"],
    on: ON_TABLE,
    description: "Clear the marks",
    run: onTable((screen) => ({ ...screen, marks: new Set() })),
  },
  {
    keys: ["ctrl-w"],
    on: ON_TABLE,
    description: "Wide columns",
    run: onTable((screen) => ({ ...screen, isWide: !screen.isWide })),
  },
  {
    keys: ["ctrl-z"],
    on: ON_TABLE,
    description: "Only what is not as it should be",
    run: onTable((screen) => ({ ...screen, showsFaultsOnly: !screen.showsFaultsOnly })),
  },
  {
    keys: ["c"],
    on: ON_TABLE,
    description: "Copy the name",
    applies: (state) => !isOn("nodes")(state),
    run: copiedNames,
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

/** Sorting by the columns that most tables have. */
export const sortKeys: readonly KeyBinding[] = letterKeys();

/** The letters of k9s, each with Shift; again for the other direction. */
function letterKeys(): readonly KeyBinding[] {
  const columns: readonly (readonly [string, readonly string[]])[] = [
    ["N", ["Name"]],
    ["A", ["Age"]],
    ["S", ["Status", "Phase", "Type"]],
    ["R", ["Ready"]],
    ["T", ["Restarts"]],
    ["P", ["Namespace"]],
    ["I", ["IP"]],
    ["O", ["Node"]],
    ["C", ["CPU"]],
    ["M", ["Mem"]],
  ];
  return columns.map(([key, names]) => ({
    keys: [key],
    on: ON_TABLE,
    description: `Sort by ${names[0]?.toLowerCase()}`,
    applies: (state) => columnIn(state, names) !== undefined,
    run: (state) =>
      onTable((screen) => {
        const column = columnIn(state, names);
        return column === undefined ? screen : sortedByColumn(screen, column);
      })(state),
  }));
}

/** One of these that the table has, shown or not. */
function columnIn(state: State, names: readonly string[]): string | undefined {
  const screen = currentScreen(state);
  if (screen.kind !== "table") return undefined;
  const all = [...columnNames(screen.shown.columns), ...(screen.shown.content?.columns ?? []).map(({ name }) => name)];
  return names.find((name) => all.includes(name));
}

/** The greatest first where that is what one looks for; the same column again turns the order. */
export function sortedByColumn(screen: TableScreen, column: string): TableScreen {
  const isSame = screen.sort?.column === column;
  const isDescending = isSame ? !screen.sort.isDescending : ["CPU", "Mem", "Restarts"].includes(column);
  return { ...screen, sort: { column, isDescending } };
}

/** What is told of a row on a screen of its own. */
function tabKeys(): readonly KeyBinding[] {
  const tabs = [
    ["d", "describe", "Describe"],
    ["y", "yaml", "YAML"],
    ["v", "events", "Events"],
    ["o", "related", "Related objects, as a tree"],
    ["D", "diff", "Differences from what was applied"],
    ["W", "why", "Why is it as it is?"],
    ["H", "history", "Its history"],
  ] as const;
  return tabs.map(([key, tab, description]) => ({
    keys: [key],
    on: ON_TABLE,
    description,
    run: onRow((state, target) => openedObject(state, target, tab)),
  }));
}

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
  if (name === "pods") return step(pushScreen(state, { kind: "containers", pod: address, uid, cursor: 0 }));
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
    return step({ ...inside, screens: [HOME, tableScreen(pods)], notice: undefined });
  }
  const custom = name.startsWith("customresourcedefinitions.")
    ? findResource(state.resources, address.name)
    : undefined;
  if (custom) return step(pushScreen(state, tableScreen(custom)));
  return openedObject(state, { screen, address, uid }, "describe");
}

function openedObject(state: State, { address, uid }: RowTarget, tab: ObjectTab): Step {
  return step(pushScreen(state, objectScreen(address, uid, tab)));
}

function jumpedToOwner(state: State, { screen, address }: RowTarget): Step {
  const owner = ownerIn(state.resources, cursorRow(screen)?.object ?? {}, address.namespace);
  if (!owner) return step({ ...state, notice: { tone: "bad", text: `${address.name} has no owner` } });
  return step(pushScreen(state, objectScreen(owner.address, owner.uid, "describe")));
}

function openedReplicaSets(state: State, { address, uid }: RowTarget): Step {
  const sets = findResource(state.resources, "replicasets.apps");
  const of = `${address.resource.singular}/${address.name}`;
  return step(sets ? pushScreen(state, tableScreen(sets, { namespace: address.namespace, ownerUid: uid, of })) : state);
}

function openedNode(state: State, { screen, address }: RowTarget): Step {
  const nodes = coreResource(state.resources, "nodes");
  const at = screen.shown.content?.columns.findIndex(({ name }) => name === "Node") ?? -1;
  const name = cursorRow(screen)?.cells[at] ?? "";
  if (!nodes || name === "" || name === "<none>")
    return step({ ...state, notice: { tone: "bad", text: `${address.name} has no node` } });
  return step(pushScreen(state, objectScreen({ resource: nodes, namespace: undefined, name }, "", "describe")));
}

function copiedNames(state: State): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "table") return step(state);
  const names = targetsOf(screen).map(({ name }: ObjectAddress) => name);
  const what = names.length === 1 ? (names[0] ?? "") : `${names.length} names`;
  return names.length === 0 ? step(state) : step(state, { type: "copy", text: names.join("\n"), what });
}

function logs(state: State, { address }: RowTarget, isPrevious: boolean): Step {
  if (qualifiedName(address.resource) === "pods") return step(pushScreen(state, logsScreen(address, { isPrevious })));
  return step(state, { type: "drill", address, into: "logs" });
}

function hasLogs(state: State): boolean {
  const screen = currentScreen(state);
  return screen.kind === "table" && (isOn("pods")(state) || WITH_PODS.has(qualifiedName(screen.resource)));
}

function marked(screen: TableScreen): TableScreen {
  const row = cursorRow(screen);
  if (!row) return screen;
  const marks = new Set(screen.marks);
  if (!marks.delete(row.uid)) marks.add(row.uid);
  return withCursor({ ...screen, marks }, screen.cursor + 1);
}

/** From the row marked last above or below to the one under the cursor. */
function markedRange(screen: TableScreen): TableScreen {
  const { rows } = screen.shown;
  const before = rows.flatMap(({ uid }, at) => (screen.marks.has(uid) ? [at] : []));
  const from = before.findLast((at) => at <= screen.cursor) ?? before[0] ?? screen.cursor;
  const [first, last] = from < screen.cursor ? [from, screen.cursor] : [screen.cursor, from];
  return { ...screen, marks: new Set([...screen.marks, ...rows.slice(first, last + 1).map(({ uid }) => uid)]) };
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
