import { expect, test } from "bun:test";

import { feedKey } from "../../feeds/feed.ts";
import { homeSelections } from "../../feeds/home-summary.ts";
import { feedRow } from "../../feeds/table-rows.ts";
import { usageKey } from "../../feeds/usage.ts";
import { objectSelection } from "../state/screens.ts";
import { currentScreen, type State } from "../state/state.ts";
import { subscriptions } from "../state/subscriptions.ts";
import { update } from "../state/update.ts";
import {
  aPodRow,
  aResource,
  aState,
  fed,
  podContent,
  podTable,
  TEST_NOW,
  testResources,
  typed,
  written,
} from "../test-state.ts";
import { frame } from "./frame.ts";
import { terminalLine } from "./painter.ts";

/** The screen as text, without the spaces at the end of its lines. */
function screen(state: State): string {
  return frame(state)
    .map((each) => Bun.stripANSI(terminalLine(each, state.size.columns, state.skin)).trimEnd())
    .join("\n");
}

const pods = [
  aPodRow("web-0"),
  aPodRow("web-1", { ready: "0/1", status: "CrashLoopBackOff", restarts: "4 (10s ago)" }),
  aPodRow("日本語-0"),
];

test("a table of pods", () => {
  expect(screen(podTable(pods, { size: { columns: 70, rows: 8 } }))).toBe(`\
 test · default                               0:all 1:default  ?:help
 NAME      READY   STATUS            RESTARTS        AGE
 web-0     1/1     Running           0               5m
 web-1     0/1     CrashLoopBackOff  4 (10s ago)     5m
 日本語-0  1/1     Running           0               5m

 home › pods 3
`);
});

test("a marked row, a filter and a command being typed", () => {
  const marked = typed(podTable(pods, { size: { columns: 70, rows: 8 } }), "space", "/", ...written("web"), "enter");
  expect(screen(marked)).toBe(`\
 test · default                               0:all 1:default  ?:help
 NAME   READY   STATUS            RESTARTS        AGE
▌web-0  1/1     Running           0               5m
 web-1  0/1     CrashLoopBackOff  4 (10s ago)     5m


 home › pods 2 of 3 1 marked
 /web`);
  expect(
    screen(typed(marked, ":", "p", "o"))
      .split("\n")
      .at(-1),
  ).toBe(" :po▏  po  pods  podtemplates");
});

test("a table that is narrower than its columns cuts the widest, and leaves out what still does not fit", () => {
  const lines = screen(podTable(pods, { size: { columns: 40, rows: 8 } })).split("\n");
  expect(lines[3]).toBe(" web-1     0/1     CrashLo…  4 (10s …");
  expect(lines.every((line) => Bun.stringWidth(line) <= 40)).toBe(true);
});

test("nothing that steers a terminal gets into a frame", () => {
  const evil = feedRow({ metadata: { name: "x\u001b[2J", namespace: "default", uid: "evil" } }, []);
  const table = fed(podTable([]), podContent([{ ...evil, cells: ["x␛[2J"] }]));
  expect(screen(typed(table, "ctrl-d"))).toContain("Delete pod x␛[2J?");
  for (const state of [table, typed(table, "ctrl-d"), typed(table, "y"), typed(table, "enter"), typed(table, "l")])
    expect(
      frame(state)
        .map((each) => terminalLine(each, 80, "dark"))
        .join("\n"),
    ).not.toContain("\u001b[2J");
});

test("every size from the smallest upwards fills the screen and no more", () => {
  for (const [columns, rows] of [
    [20, 5],
    [21, 6],
    [80, 24],
    [200, 60],
  ] as const) {
    const lines = screen(podTable(pods, { size: { columns, rows } })).split("\n");
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(columns);
  }
  expect(screen(podTable(pods, { size: { columns: 10, rows: 3 } }))).toContain("Too small");
});

test("a server that went away is announced, and the rows stay", () => {
  const lost = fed(podTable(pods), { ...podContent(pods), status: { kind: "retrying", error: "connection refused" } });
  const text = screen(lost);
  expect(text).toContain("Disconnected, trying again: connection refused");
  expect(text).toContain("web-0");
});

test("what is forbidden is shown as such", () => {
  const error = 'pods is forbidden: User "eve" cannot list resource "pods"';
  expect(screen(fed(podTable(pods), { ...podContent([]), status: { kind: "refused", error } }))).toContain(error);
});

test("a Secret is masked until it is asked for", () => {
  const address = { resource: aResource("secrets"), namespace: "default", name: "creds" };
  const opened = fed(
    typed(aState({ size: { columns: 70, rows: 16 } }), ...written(":secrets"), "enter"),
    podContent([aPodRow("creds")]),
  );
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "creds",
      managedFields: [{ manager: "kubectl" }],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hunter2" },
    },
    data: { password: "aHVudGVyMg==" },
  };
  const key = feedKey(objectSelection(address));
  const content = { columns: [], rows: [feedRow(object, [])], status: { kind: "live" as const } };
  const yaml = update(typed(opened, "y"), { type: "fed", key, content, now: TEST_NOW }).state;
  expect(screen(yaml)).toContain("  password: ••••••");
  expect(screen(yaml)).not.toContain("hunter2");
  expect(screen(yaml)).not.toContain("managedFields");
  expect(screen(typed(yaml, "x"))).toContain("  password: hunter2");
  expect(screen(typed(yaml, "m"))).toContain("managedFields");
});

test("logs of several pods have prefixes; wrapping and timestamps are on keys", () => {
  const line = (pod: string, text: string) => ({
    source: { namespace: "default", pod, container: "app" },
    timestamp: "2026-11-21T09:00:00.123456789Z",
    text,
  });
  const opened = typed(podTable(pods, { size: { columns: 40, rows: 9 } }), "l");
  const logged = update(opened, {
    type: "logged",
    lines: [line("web-0", "short"), line("web-1", "a line that is longer than the screen is wide")],
  }).state;
  expect(screen(logged).split("\n").slice(1, 4)).toEqual([
    " 2 lines · following",
    "web-0 short",
    "web-1 a line that is longer than the sc…",
  ]);
  expect(screen(typed(logged, "w")).split("\n").slice(3, 5)).toEqual([
    "web-1 a line that is longer than the scr",
    "      een is wide",
  ]);
  expect(screen(typed(logged, "t"))).toContain("web-0 2026-11-21T09:00:00.123 short");
});

test("help lists the keys that do something here, and none that change things in read-only mode", () => {
  const text = screen(typed(podTable(pods, { size: { columns: 80, rows: 40 } }), "?"));
  expect(text).toContain("ctrl-d        Delete");
  expect(text).toContain("Shell");
  expect(text).not.toContain("Cordon");
  const readOnly = screen(typed(podTable(pods, { isReadOnly: true, size: { columns: 80, rows: 40 } }), "?"));
  expect(readOnly).not.toContain("Delete");
  expect(readOnly).toContain("Logs");
});

test("the cluster at a glance", () => {
  let state = aState({ size: { columns: 80, rows: 16 } });
  for (const selection of homeSelections(state.resources, state.namespace)) {
    const rows = selection.resource.resource === "pods" ? pods : [];
    state = update(state, { type: "fed", key: feedKey(selection), content: podContent(rows), now: TEST_NOW }).state;
  }
  expect(screen(state)).toBe(`\
 test · default                                         0:all 1:default  ?:help
 Cluster
 nodes         none
 pods          2 of 3      █████████████░░░░░░░  1 not healthy
 deployments   none

 Pods that need a look
 default/web-1                                 0/1  CrashLoopBackOff

 Pods that restart
 default/web-1                                 4 restarts



 home
`);
});

const measuredNodes = aResource("nodes", { group: "metrics.k8s.io", namespaced: false });
const nodeRow = feedRow(
  { metadata: { name: "node-1", uid: "n" }, status: { allocatable: { cpu: "2", memory: "4Gi" } } },
  ["node-1", "Ready"],
);
const nodeContent = {
  columns: ["Name", "Status"].map((name) => ({ name, priority: 0 })),
  rows: [nodeRow],
  status: { kind: "live" as const },
};

/** What a node used, twice measured. */
function measured(state: State): State {
  const [selection] = subscriptions(state).usage;
  const key = selection ? usageKey(selection) : "";
  const sample = (cpuMilli: number) => new Map([["/node-1", { cpuMilli, memoryBytes: 2 ** 30 }]]);
  const once = update(state, { type: "measured", key, samples: sample(250) }).state;
  return update(once, { type: "measured", key, samples: sample(500) }).state;
}

test("what nodes use, as numbers, bars and their shares", () => {
  const state = aState({ resources: [...testResources, measuredNodes], size: { columns: 70, rows: 7 } });
  const table = measured(fed(typed(state, ...written(":no"), "enter"), nodeContent));
  expect(screen(table).split("\n").slice(1, 3)).toEqual([
    " NAME    STATUS   CPU      %CPU         MEM       %MEM",
    " node-1  Ready    500m     █▌░░░░ 25%   1024Mi    █▌░░░░ 25%",
  ]);
});

test("the first screen has what nodes use, and leads to what is on it", () => {
  let state = aState({ resources: [...testResources, measuredNodes], size: { columns: 90, rows: 12 } });
  for (const selection of subscriptions(state).feeds) {
    const content = selection.resource.resource === "nodes" ? nodeContent : podContent([]);
    state = update(state, { type: "fed", key: feedKey(selection), content, now: TEST_NOW }).state;
  }
  expect(screen(measured(state))).toContain(
    " node-1         CPU ███░░░░░░░░░ 25%  ▅█         memory ███░░░░░░░░░ 25%  ██",
  );
  expect(currentScreen(typed(state, "j", "enter"))).toMatchObject({ kind: "table", resource: { resource: "nodes" } });
});

test("port-forwards are a list with where they listen", () => {
  const address = { resource: aResource("pods"), namespace: "default", name: "web-0" };
  const forward = { id: 1, address, ports: "8080:80", listens: ["127.0.0.1:8080 -> 80"], problem: "" };
  const state = aState({ forwards: [{ ...forward, status: "active" }] });
  expect(screen(typed(state, "f")).split("\n").slice(0, 3)).toEqual([
    " test · default                            1 forwarded  0:all 1:default  ?:help",
    "   OBJECT     NAMESPACE  PORTS    LISTENS               STATUS",
    "   pod/web-0  default    8080:80  127.0.0.1:8080 -> 80  active",
  ]);
});
