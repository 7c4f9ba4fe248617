import { expect, test } from "bun:test";

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
import { accessRules } from "./access.ts";
import { currentScreen, type Effect, type State } from "./state.ts";
import { update } from "./update.ts";

const pods = [aPodRow("web-0"), aPodRow("web-1")];
const cronJobs = aResource("cronjobs", { group: "batch" });
const resources = [...testResources, cronJobs];

/** What keys make to be done, typed one after the other. */
function effects(state: State, ...keys: readonly string[]): readonly Effect[] {
  return update(state, { type: "keys", keys }).effects;
}

/** The rows of a table of another resource. */
function tableOfKind(command: string, rows = pods): State {
  return fed(typed(aState({ resources }), ...written(`:${command}`), "enter"), podContent(rows));
}

test("kill is asked about, and is a deletion without a grace period", () => {
  const asked = typed(podTable(pods), "ctrl-k");
  expect(asked.prompt).toMatchObject({ kind: "confirm", question: "Kill pod web-0?" });
  expect(effects(asked, "y")).toMatchObject([{ type: "delete", isForced: true, targets: [{ name: "web-0" }] }]);
});

test("labels are set on all marked objects by one command line", () => {
  const keys = ["space", "space", "L", ...written("tier=a old-"), "enter"];
  expect(effects(podTable(pods), ...keys)).toMatchObject([
    {
      type: "command",
      lines: [["label", "--overwrite", "pods/web-0", "pods/web-1", "tier=a", "old-", "--namespace=default"]],
    },
  ]);
});

test("objects of several namespaces take a command line for each", () => {
  const other = { ...aPodRow("db-0"), namespace: "data" };
  const all = fed(typed(podTable(pods), "0"), podContent([...pods, other]));
  const [effect] = effects(all, "g", "space", "space", "space", "L", ...written("x=y"), "enter");
  expect(effect).toMatchObject({
    lines: [
      ["label", "--overwrite", "pods/db-0", "x=y", "--namespace=data"],
      ["label", "--overwrite", "pods/web-0", "pods/web-1", "x=y", "--namespace=default"],
    ],
  });
});

test("rolling back takes a revision or none", () => {
  const table = tableOfKind("deploy");
  const line = ["rollout", "undo", "deployments.apps/web-0"];
  expect(effects(table, "b", "enter")).toMatchObject([{ lines: [[...line, "--namespace=default"]] }]);
  expect(effects(table, "b", "x", "3", "enter")).toMatchObject([
    { lines: [[...line, "--to-revision=3", "--namespace=default"]] },
  ]);
});

test("an image is changed from what it is", () => {
  const table = tableOfKind("deploy");
  const [asked] = effects(table, "i");
  expect(asked).toMatchObject({ type: "images", targets: [{ name: "web-0" }] });
  const targets = asked?.type === "images" ? asked.targets : [];
  const { state } = update(table, { type: "imaged", targets, images: ["app=web:1"] });
  expect(state.prompt).toMatchObject({ kind: "input", text: "app=web:1" });
  expect(effects(state, "backspace", "2", "enter")).toMatchObject([
    { lines: [["set", "image", "deployments.apps/web-0", "app=web:2", "--namespace=default"]] },
  ]);
});

test("a CronJob is triggered, suspended, and resumed", () => {
  const columns = [
    { name: "Name", priority: 0 },
    { name: "Suspend", priority: 0 },
  ];
  const row = (suspend: string) => ({ ...aPodRow("nightly"), cells: ["nightly", suspend] });
  const table = (suspend: string): State =>
    fed(tableOfKind("cronjobs"), { columns, rows: [row(suspend)], status: { kind: "live" } });
  expect(effects(table("False"), "t")).toMatchObject([
    {
      lines: [
        ["create", "job", expect.stringMatching(/^nightly-\w+$/), "--from=cronjob/nightly", "--namespace=default"],
      ],
    },
  ]);
  const patch = (effect: Effect | undefined): string | undefined =>
    effect?.type === "command" ? effect.lines[0]?.at(-1) : undefined;
  expect(patch(effects(table("False"), "s")[0])).toBe('{"spec":{"suspend":true}}');
  expect(patch(effects(table("True"), "s")[0])).toBe('{"spec":{"suspend":false}}');
});

test("a node is drained with flags one can change, and what that wrote is shown", () => {
  const asked = typed(tableOfKind("no"), "r");
  expect(asked.prompt).toMatchObject({ kind: "input", text: "--ignore-daemonsets --delete-emptydir-data" });
  expect(effects(asked, "escape")).toEqual([]);
  const flags = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"];
  expect(effects(asked, ...written(" --force"), "enter")).toMatchObject([
    { type: "command", isShown: true, lines: [["drain", "web-0", ...flags]] },
  ]);
  const { state } = update(asked, { type: "answered", title: "drain node web-0", text: "evicting\ndrained" });
  expect(currentScreen(state)).toMatchObject({ kind: "text", title: "drain node web-0" });
});

test("port-forwards stay in their list until they are ended", () => {
  const { state, effects: begun } = update(podTable(pods), {
    type: "keys",
    keys: ["F", ...written("8080:80"), "enter"],
  });
  expect(begun).toMatchObject([{ type: "forward", forward: { id: 1, ports: "8080:80", status: "starting" } }]);
  const active = update(state, {
    type: "forwarded",
    id: 1,
    change: { status: "active", listens: ["127.0.0.1:8080 -> 80"] },
  }).state;
  const elsewhere = typed(active, ...written(":ns"), "enter", "f");
  expect(elsewhere.forwards).toMatchObject([{ status: "active", listens: ["127.0.0.1:8080 -> 80"] }]);
  expect(effects(elsewhere, "ctrl-d")).toEqual([{ type: "endForward", id: 1 }]);
});

test("the clipboard gets the names of what is marked", () => {
  expect(effects(podTable(pods), "c")).toEqual([{ type: "copy", text: "web-0", what: "web-0" }]);
  expect(effects(podTable(pods), "space", "space", "c")).toEqual([
    { type: "copy", text: "web-0\nweb-1", what: "2 names" },
  ]);
});

test("what RBAC forbids is said before it is tried", () => {
  const rules = accessRules({ status: { resourceRules: [{ verbs: ["get"], apiGroups: ["*"], resources: ["*"] }] } });
  const { state } = update(podTable(pods), { type: "allowed", namespace: "default", rules });
  const refused = typed(state, "ctrl-d");
  expect(refused.prompt).toBeUndefined();
  expect(refused.notice).toEqual({ tone: "bad", text: "Not allowed: you may not delete pod web-0" });
});

test("contexts and clusters are fetched, and chosen with Enter", () => {
  const { state, effects: asked } = update(aState(), { type: "keys", keys: [...written(":ctx"), "enter"] });
  expect(asked).toEqual([{ type: "list", list: "contexts" }]);
  const rows = [
    { key: "one", cells: ["one"] },
    { key: "two", cells: ["two"], isCurrent: true },
  ];
  const listed = update(state, { type: "listed", list: "contexts", rows }).state;
  expect(currentScreen(listed)).toMatchObject({ kind: "list", cursor: 1 });
  expect(effects(listed, "k", "enter")).toEqual([{ type: "connect", context: "one" }]);
  expect(effects(aState(), ...written(":ctx two"), "enter")).toEqual([{ type: "connect", context: "two" }]);
});

test("another cluster shows nothing of the one before, but for its port-forwards", () => {
  const before = typed(podTable(pods), "F", ...written("80"), "enter");
  const cluster = { contextName: "two", namespace: undefined, resources: [] };
  const { state } = update(before, { type: "connected", cluster });
  expect(state).toMatchObject({ contextName: "two", feeds: {}, screens: [{ kind: "home" }], recentNamespaces: [] });
  expect(state.forwards).toHaveLength(1);
});

test("a stopped cluster is started, and one is stopped after a yes", () => {
  const opened = typed(aState(), ...written(":clusters"), "enter");
  const rows = [{ key: "kube", cells: ["kube", "Running", "", "1", "kube"] }];
  const listed = update(opened, { type: "listed", list: "clusters", rows }).state;
  expect(effects(listed, "s")).toMatchObject([{ lines: [["start", "--name", "kube"]], list: "clusters" }]);
  expect(effects(listed, "S")).toEqual([]);
  expect(effects(listed, "S", "y")).toMatchObject([{ lines: [["stop", "--name", "kube"]] }]);
  expect(effects(listed, "enter")).toEqual([{ type: "connect", context: "kube" }]);
});

test("a file is applied, but not in read-only mode", () => {
  const line = [...written(":apply a.yaml"), "enter"];
  expect(effects(aState(), ...line)).toMatchObject([
    { type: "command", lines: [["apply", "--filename", "a.yaml", "--namespace=default"]] },
  ]);
  expect(effects(aState({ isReadOnly: true }), ...line)).toEqual([]);
});

test("only faults are shown when asked for", () => {
  const table = podTable([...pods, aPodRow("bad", { status: "CrashLoopBackOff", ready: "0/1" })]);
  expect(tableOf(typed(table, "ctrl-z")).shown.rows.map(({ name }) => name)).toEqual(["bad"]);
});

test("marks reach from the last one to the cursor, and are cleared at once", () => {
  const table = podTable(["a", "b", "c", "d"].map((name) => aPodRow(name)));
  const marked = typed(table, "space", "j", "ctrl-`");
  expect([...tableOf(marked).marks]).toEqual(["uid-a", "uid-b", "uid-c"]);
  expect(tableOf(typed(marked, "ctrl-|")).marks.size).toBe(0);
});
