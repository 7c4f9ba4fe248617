/** States and rows for the tests of the dashboard; what a test is about stays in the test. */
import type { FeedContent, FeedRow } from "../feeds/feed.ts";
import { feedKey } from "../feeds/feed.ts";
import { EMPTY_LOG } from "../feeds/log-buffer.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import { feedRow } from "../feeds/table-rows.ts";
import { HOME, tableSelection } from "./state/screens.ts";
import { currentScreen, type State, type TableScreen } from "./state/state.ts";
import { update } from "./state/update.ts";

/** 2026-11-21T09:00:00Z */
export const TEST_NOW = Date.parse("2026-11-21T09:00:00Z");

export function aResource(resource: string, more: Partial<DashboardResource> = {}): DashboardResource {
  const singular = resource.slice(0, -1);
  return {
    group: "",
    version: "v1",
    resource,
    singular,
    kind: `${singular.slice(0, 1).toUpperCase()}${singular.slice(1)}`,
    namespaced: true,
    shortNames: [],
    verbs: ["list", "watch", "delete", "patch"],
    subresources: [],
    ...more,
  };
}

export const testResources: readonly DashboardResource[] = [
  aResource("pods", { shortNames: ["po"] }),
  aResource("podtemplates"),
  aResource("events", { shortNames: ["ev"] }),
  aResource("namespaces", { shortNames: ["ns"], namespaced: false }),
  aResource("nodes", { shortNames: ["no"], namespaced: false }),
  aResource("secrets"),
  aResource("deployments", { group: "apps", shortNames: ["deploy"], subresources: ["scale", "status"] }),
  aResource("replicasets", {
    group: "apps",
    kind: "ReplicaSet",
    shortNames: ["rs"],
    subresources: ["scale", "status"],
  }),
];

export function aState(more: Partial<State> = {}): State {
  return {
    contextName: "test",
    resources: testResources,
    isReadOnly: false,
    size: { columns: 80, rows: 12 },
    now: TEST_NOW,
    namespace: "default",
    recentNamespaces: ["default"],
    screens: [HOME],
    prompt: undefined,
    history: [],
    notice: undefined,
    feeds: {},
    logs: EMPTY_LOG,
    texts: {},
    usage: {},
    access: {},
    forwards: [],
    skin: "dark",
    ...more,
  };
}

const POD_COLUMNS = ["Name", "Ready", "Status", "Restarts", "Age"].map((name) => ({ name, priority: 0 }));

export function aPodRow(
  name: string,
  more: {
    readonly status?: string;
    readonly ready?: string;
    readonly restarts?: string;
    readonly labels?: Record<string, string>;
  } = {},
): FeedRow {
  const { status = "Running", ready = "1/1", restarts = "0", labels = {} } = more;
  const metadata = {
    name,
    namespace: "default",
    uid: `uid-${name}`,
    labels,
    creationTimestamp: "2026-11-21T08:55:00Z",
  };
  return feedRow({ metadata }, [name, ready, status, restarts, "5m"]);
}

export function podContent(rows: readonly FeedRow[]): FeedContent {
  return { columns: [...POD_COLUMNS, { name: "IP", priority: 1 }], rows, status: { kind: "live" } };
}

/** The state after keys, as if typed one after the other. */
export function typed(state: State, ...keys: readonly string[]): State {
  return update(state, { type: "keys", keys }).state;
}

/** The keys of a text. */
export function written(text: string): readonly string[] {
  return Array.from(text, (character) => (character === " " ? "space" : character));
}

/** The state after the feed of the table on the screen told these rows. */
export function fed(state: State, content: FeedContent): State {
  const key = feedKey(tableSelection(state, tableOf(state)));
  return update(state, { type: "fed", key, content, now: TEST_NOW }).state;
}

/** A table of pods with rows in it. */
export function podTable(rows: readonly FeedRow[], more: Partial<State> = {}): State {
  return fed(typed(aState(more), ":", "p", "o", "enter"), podContent(rows));
}

export function tableOf(state: State): TableScreen {
  const screen = currentScreen(state);
  if (screen.kind !== "table") throw new Error(`The screen is "${screen.kind}", not a table`);
  return screen;
}
