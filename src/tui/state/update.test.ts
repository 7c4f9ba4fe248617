import { expect, test } from "bun:test";

import { feedKey } from "../../feeds/feed.ts";
import { MOST_LOG_LINES } from "../../feeds/log-buffer.ts";
import {
  aPodRow,
  aResource,
  aState,
  fed,
  podContent,
  podTable,
  tableOf,
  testResources,
  typed,
  written,
} from "../test-state.ts";
import { currentScreen } from "./state.ts";
import { subscriptions } from "./subscriptions.ts";
import { cursorRow } from "./table-cursor.ts";
import { update } from "./update.ts";

const three = [aPodRow("web-0"), aPodRow("web-1"), aPodRow("web-2")];
const shownNames = (state: Parameters<typeof tableOf>[0]): readonly string[] =>
  tableOf(state).shown.rows.map(({ name }) => name);

test("a command opens a resource by short name, in a namespace, with a filter", () => {
  const state = typed(aState(), ...written(":po kube-system /dns"), "enter");
  expect(tableOf(state)).toMatchObject({ resource: { resource: "pods" }, filter: "dns" });
  expect(state).toMatchObject({
    namespace: "kube-system",
    recentNamespaces: ["default", "kube-system"],
    prompt: undefined,
  });
  expect(subscriptions(state).feeds.map(feedKey)).toEqual(["/api/v1/namespaces/kube-system/pods"]);
});

test("tab completes a command, up and down walk through its history", () => {
  const completed = typed(aState(), ...written(":dep"), "tab");
  expect(completed.prompt).toMatchObject({ kind: "command", text: "deploy" });
  const twice = typed(aState(), ...written(":po"), "enter", ...written(":no"), "enter", ":", "up", "up");
  expect(twice.prompt).toMatchObject({ text: "po" });
  expect(typed(twice, "down").prompt).toMatchObject({ text: "no" });
  expect(typed(twice, "down", "down").prompt).toMatchObject({ text: "" });
});

test("an unknown resource is looked up on the server once more, and then is a mistake", () => {
  const { state, effects } = update(aState(), { type: "keys", keys: [...written(":widgets"), "enter"] });
  expect(effects).toEqual([{ type: "discover", command: "widgets" }]);
  const missing = update(state, { type: "discovered", command: "widgets", resources: testResources });
  expect(missing.state.notice).toEqual({ tone: "bad", text: 'The server has no resource type "widgets"' });
  const found = update(state, {
    type: "discovered",
    command: "widgets",
    resources: [aResource("widgets", { group: "example.com" })],
  });
  expect(tableOf(found.state).resource.group).toBe("example.com");
});

test("the cursor stays on its object when rows come and go above it", () => {
  const onLast = typed(podTable(three), "G");
  expect(cursorRow(tableOf(onLast))?.name).toBe("web-2");
  const more = fed(onLast, podContent([aPodRow("api-0"), ...three]));
  expect(cursorRow(tableOf(more))?.name).toBe("web-2");
  expect(tableOf(more).cursor).toBe(3);
  const fewer = fed(more, podContent([aPodRow("web-2")]));
  expect(tableOf(fewer).cursor).toBe(0);
});

test("the cursor stays at its place when its object goes", () => {
  const onSecond = typed(podTable(three), "j");
  const without = fed(onSecond, podContent([aPodRow("web-0"), aPodRow("web-2")]));
  expect(cursorRow(tableOf(without))?.name).toBe("web-2");
});

test("the screen follows the cursor, one row at a time", () => {
  const many = podTable(Array.from({ length: 30 }, (_, at) => aPodRow(`web-${String(at).padStart(2, "0")}`)));
  const down = typed(many, ...Array.from({ length: 8 }, () => "j"));
  expect(tableOf(down)).toMatchObject({ cursor: 8, top: 1 });
  expect(tableOf(typed(down, "k"))).toMatchObject({ cursor: 7, top: 1 });
  expect(tableOf(typed(down, "G"))).toMatchObject({ cursor: 29, top: 22 });
  const smaller = update(typed(down, "G"), { type: "resized", size: { columns: 80, rows: 6 } }).state;
  expect(tableOf(smaller)).toMatchObject({ cursor: 29, top: 28 });
});

test("a filter narrows while it is typed; escape clears it, then the marks, then goes back", () => {
  const typing = typed(podTable(three), "space", "/", ...written("web-1"));
  expect(shownNames(typing)).toEqual(["web-1"]);
  const kept = typed(typing, "enter");
  expect(kept.prompt).toBeUndefined();
  const cleared = typed(kept, "escape");
  expect(shownNames(cleared)).toEqual(["web-0", "web-1", "web-2"]);
  expect(tableOf(cleared).marks.size).toBe(1);
  expect(tableOf(typed(cleared, "escape")).marks.size).toBe(0);
  expect(currentScreen(typed(cleared, "escape", "escape")).kind).toBe("home");
  expect(currentScreen(typed(cleared, "escape", "escape", "escape")).kind).toBe("home");
});

test("columns are sorted by what they mean, in both directions", () => {
  const table = podTable([
    aPodRow("a", { restarts: "10" }),
    aPodRow("b", { restarts: "9 (5m ago)" }),
    aPodRow("c", { restarts: "100" }),
  ]);
  const byRestarts = typed(table, ">", ">", ">", ">");
  expect(tableOf(byRestarts).sort?.column).toBe("Restarts");
  expect(shownNames(byRestarts)).toEqual(["b", "a", "c"]);
  expect(shownNames(typed(byRestarts, "="))).toEqual(["c", "a", "b"]);
});

test("wide shows the columns that the server keeps for it", () => {
  const names = (state: Parameters<typeof tableOf>[0]) => tableOf(state).shown.columns.map(({ name }) => name);
  expect(names(podTable(three))).toEqual(["Name", "Ready", "Status", "Restarts", "Age"]);
  expect(names(typed(podTable(three), "ctrl-w"))).toContain("IP");
});

test("0 shows all namespaces, a number a recent one", () => {
  const all = typed(podTable(three), "0");
  expect(all.namespace).toBeUndefined();
  expect(subscriptions(all).feeds.map(feedKey)).toEqual(["/api/v1/pods"]);
  const content = fed(all, podContent(three));
  expect(tableOf(content).shown.columns[0]?.name).toBe("Namespace");
  expect(typed(content, "1").namespace).toBe("default");
  expect(typed(content, "7").namespace).toBeUndefined();
});

test("what destroys is asked about, and done to all marked objects", () => {
  const asked = update(podTable(three), { type: "keys", keys: ["space", "space", "ctrl-d"] });
  expect(asked.state.prompt).toMatchObject({ kind: "confirm", question: "Delete 2 pods?" });
  expect(asked.effects).toEqual([]);
  const done = update(asked.state, { type: "keys", keys: ["y"] });
  expect(done.effects).toMatchObject([{ type: "delete", targets: [{ name: "web-0" }, { name: "web-1" }] }]);
  const refused = update(asked.state, { type: "keys", keys: ["enter"] });
  expect(refused).toMatchObject({ effects: [], state: { prompt: undefined } });
});

test("read-only mode has no key that changes anything", () => {
  const state = podTable(three, { isReadOnly: true });
  for (const key of ["ctrl-d", "e", "s", "r"])
    expect(update(state, { type: "keys", keys: [key] })).toEqual({ state, effects: [] });
});

test("scaling asks for a number and takes nothing else", () => {
  const deployments = fed(typed(aState(), ...written(":deploy"), "enter"), podContent([aPodRow("web")]));
  const asked = typed(deployments, "s", "x", "5");
  expect(asked.prompt).toMatchObject({ kind: "input", ask: { type: "scale" }, text: "5" });
  expect(update(asked, { type: "keys", keys: ["enter"] }).effects).toMatchObject([{ type: "scale", replicas: 5 }]);
});

test("what is on the screen is followed, and the table one comes back to; the rest is forgotten", () => {
  const table = podTable(three);
  expect(Object.keys(table.feeds)).toEqual(["/api/v1/namespaces/default/pods"]);
  const help = typed(table, "?");
  expect(subscriptions(help).feeds.map(feedKey)).toEqual(["/api/v1/namespaces/default/pods"]);
  expect(help.feeds).toEqual(table.feeds);
  const elsewhere = typed(help, ...written(":pf"), "enter");
  expect(subscriptions(elsewhere)).toEqual({ feeds: [], logs: [], texts: [], usage: [], access: [] });
  expect(elsewhere.feeds).toEqual({});
});

test("an answer for a screen that was left changes nothing", () => {
  const home = aState();
  const { state } = update(home, {
    type: "fed",
    key: "/api/v1/namespaces/default/secrets",
    content: podContent(three),
    now: home.now,
  });
  expect(state.feeds).toEqual({});
});

test("logs keep the newest lines, and a place in them while lines are dropped", () => {
  const pod = { resource: testResources[0] ?? aResource("pods"), namespace: "default", name: "web-0" };
  const opened = typed(podTable(three), "l");
  expect(currentScreen(opened)).toMatchObject({ kind: "logs", of: pod, bottom: undefined });
  const source = { namespace: "default", pod: "web-0", container: "app" };
  const lines = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ source, timestamp: "", text: `line ${at}` }));
  const full = update(opened, { type: "logged", lines: lines(MOST_LOG_LINES + 5) }).state;
  expect(full.logs.lines).toHaveLength(MOST_LOG_LINES);
  expect(full.logs.lines[0]?.sequence).toBe(5);
  const scrolled = typed(full, "k");
  const { nextSequence } = scrolled.logs;
  expect(currentScreen(scrolled)).toMatchObject({ bottom: nextSequence - 2 });
  const later = update(scrolled, { type: "logged", lines: lines(3) }).state;
  expect(currentScreen(later)).toMatchObject({ bottom: nextSequence - 2 });
  expect(currentScreen(typed(later, "G"))).toMatchObject({ bottom: undefined });
  expect(typed(later, "escape").logs.lines).toEqual([]);
});

test("a workload that selects no pods says so instead of showing all of them", () => {
  const address = { resource: aResource("services"), namespace: "default", name: "external" };
  const { state } = update(aState(), { type: "drilled", address, into: "pods", selector: "" });
  expect(state.notice).toEqual({ tone: "bad", text: "service/external selects no pods" });
  expect(currentScreen(state).kind).toBe("home");
});
