import { expect, test } from "bun:test";

import { flowSchemaOf, priorityLevelOf } from "../../api/kinds/flowcontrol/bootstrap-flows.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types/flowcontrol-v1.ts";
import { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import type { RequestInfo } from "../request-info.ts";
import { requestInfo } from "../request-info.ts";
import { FairQueues } from "./fair-queues.ts";
import { FlowControlMetrics } from "./flow-control-metrics.ts";
import { FlowControl, TooManyRequests, type Leave } from "./flow-control.ts";
import { dumpPriorityLevels, dumpRequests } from "./flow-dump.ts";
import { flowDistinguisher, matchesSchema } from "./flow-matching.ts";
import { dealtHand, flowHash } from "./shuffle-sharding.ts";

const user = (name: string, ...groups: string[]) => ({ name, groups: [...groups, "system:authenticated"] });
const get = (path: string): RequestInfo => requestInfo("GET", path, new URLSearchParams());

test("A schema matches by subject, verb, group, resource and namespace", () => {
  const schema: FlowSchema = flowSchemaOf("s", "l", 1, "ByNamespace", {
    subjects: [{ kind: "ServiceAccount", serviceAccount: { namespace: "ops", name: "*" } }],
    resourceRules: [
      {
        verbs: ["get"],
        apiGroups: ["apps"],
        resources: ["deployments", "deployments/scale"],
        namespaces: ["a"],
        clusterScope: false,
      },
    ],
  });
  const account = user("system:serviceaccount:ops:robot");
  const matches = (path: string, who = account): boolean => matchesSchema(schema, { user: who, info: get(path) });
  expect(matches("/apis/apps/v1/namespaces/a/deployments/web")).toBeTrue();
  expect(matches("/apis/apps/v1/namespaces/a/deployments/web/scale")).toBeTrue();
  expect(matches("/apis/apps/v1/namespaces/a/deployments/web/status")).toBeFalse();
  expect(matches("/apis/apps/v1/namespaces/b/deployments/web")).toBeFalse();
  expect(matches("/apis/apps/v1/namespaces/a/deployments")).toBeFalse();
  expect(matches("/healthz")).toBeFalse();
  expect(matches("/apis/apps/v1/namespaces/a/deployments/web", user("system:serviceaccount:dev:robot"))).toBeFalse();
  expect(flowDistinguisher(schema, { user: account, info: get("/apis/apps/v1/namespaces/a/deployments/web") })).toBe(
    "a",
  );
});

test("A rule for paths knows prefixes", () => {
  const schema = flowSchemaOf("s", "l", 1, undefined, {
    subjects: [{ kind: "Group", group: { name: "*" } }],
    nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["/healthz", "/debug/*"] }],
  });
  const matches = (path: string): boolean => matchesSchema(schema, { user: user("a"), info: get(path) });
  expect([matches("/healthz"), matches("/debug/x"), matches("/healthz/ping"), matches("/api")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("A hand has different queues, always the same for one flow, and others for other flows", () => {
  const hand = dealtHand(flowHash("s", "jane"), 64, 6);
  expect(new Set(hand).size).toBe(6);
  expect(hand.every((index) => index >= 0 && index < 64)).toBeTrue();
  expect(dealtHand(flowHash("s", "jane"), 64, 6)).toEqual(hand);
  expect(dealtHand(flowHash("s", "joe"), 64, 6)).not.toEqual(hand);
  expect(dealtHand(7n, 3, 8).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
});

test("Queues take turns, by the work that was done for them", () => {
  const queues = new FairQueues<{ name: string; seats: number }>({ queues: 2, handSize: 1, queueLengthLimit: 9 });
  for (const name of ["a1", "a2", "a3"]) queues.add({ name, seats: 1 }, 0n);
  for (const name of ["b1", "b2"]) queues.add({ name, seats: 1 }, 1n);
  const order: string[] = [];
  for (;;) {
    const next = queues.next();
    if (!next) break;
    order.push(next.name);
    queues.take();
  }
  expect(order).toEqual(["a1", "b1", "a2", "b2", "a3"]);
});

test("A queue whose requests last long has to wait for the others", () => {
  const queues = new FairQueues<{ name: string; seats: number }>({ queues: 2, handSize: 1, queueLengthLimit: 9 });
  for (const name of ["slow1", "slow2"]) queues.add({ name, seats: 1 }, 0n);
  for (const name of ["b1", "b2", "b3"]) queues.add({ name, seats: 1 }, 1n);
  queues.take()?.(9);
  const order: string[] = [];
  for (let next = queues.next(); next; next = queues.next()) {
    order.push(next.name);
    queues.take();
  }
  expect(order).toEqual(["b1", "b2", "b3", "slow2"]);
});

const LEVEL = (seats: number, more: Partial<NonNullable<PriorityLevelConfiguration["spec"]>["limited"]> = {}) =>
  priorityLevelOf("level", {
    type: "Limited",
    limited: {
      nominalConcurrencyShares: seats,
      limitResponse: { type: "Queue", queuing: { queues: 8, handSize: 2, queueLengthLimit: 3 } },
      ...more,
    },
  });
const SCHEMA = flowSchemaOf("schema", "level", 100, "ByUser", { subjects: [{ kind: "Group", group: { name: "*" } }] });

/** The level has 3 of the 600 seats, all others are of a level that nobody is in. */
function smallLevel() {
  const clock = new FakeClock();
  const control = new FlowControl(clock, new FlowControlMetrics(new MetricsRegistry()));
  control.configure(
    [SCHEMA],
    [LEVEL(3), priorityLevelOf("rest", { type: "Limited", limited: { nominalConcurrencyShares: 592 } })],
  );
  const enter = (name: string, signal = new AbortController().signal): Leave | Promise<Leave> => {
    const request = { user: user(name), info: get("/api/v1/namespaces/a/pods/p") };
    return control.enter(control.flowOf(request), request, 1, signal);
  };
  return { control, enter, clock };
}

test("A noisy client fills its own queues only: another one is let in as soon as a seat is free", async () => {
  const { enter } = smallLevel();
  const running = [enter("noisy"), enter("noisy"), enter("noisy")] as Leave[];
  expect(running.every((leave) => typeof leave === "function")).toBeTrue();
  const waiting: (Leave | Promise<Leave>)[] = [];
  let refusal: unknown;
  for (let i = 0; i < 20 && !refusal; i++) {
    try {
      waiting.push(enter("noisy"));
    } catch (error) {
      refusal = error;
    }
  }
  expect(refusal).toBeInstanceOf(TooManyRequests);
  expect(waiting.length).toBe(6);

  const quiet = enter("quiet");
  const order: string[] = [];
  for (const each of waiting) void Promise.resolve(each).then(() => order.push("noisy"));
  void Promise.resolve(quiet).then(() => order.push("quiet"));
  running[0]?.();
  running[1]?.();
  running[2]?.();
  await quiet;
  expect(order.length).toBeLessThanOrEqual(3);
  expect(order).toContain("quiet");
});

test("Who waits too long is refused, and who leaves waits no more", async () => {
  const { control, enter, clock } = smallLevel();
  for (let i = 0; i < 3; i++) await enter("a");
  const leaving = new AbortController();
  const left = enter("b", leaving.signal);
  const late = enter("b");
  leaving.abort();
  expect(left).rejects.toBeInstanceOf(TooManyRequests);
  clock.advance(15_000);
  expect(late).rejects.toBeInstanceOf(TooManyRequests);
  const level = [...control.levels].find(({ name }) => name === "level");
  expect(level?.totals).toEqual({ dispatched: 3, rejected: 0, timedOut: 1, cancelled: 1 });
  expect(level?.waitingCount).toBe(0);
});

test("A level borrows seats that another may lend and does not use, and gives them back", async () => {
  const { control, enter } = smallLevel();
  control.configure(
    [SCHEMA],
    [
      LEVEL(3),
      priorityLevelOf("rest", { type: "Limited", limited: { nominalConcurrencyShares: 592, lendablePercent: 1 } }),
    ],
  );
  const leaves: Leave[] = [];
  // Three of its own, and one in a hundred of the other's 592.
  for (let i = 0; i < 3 + 6; i++) leaves.push(await enter("a"));
  expect(enter("a")).toBeInstanceOf(Promise);
  for (const leave of leaves) leave();
  const rest = [...control.levels].find(({ name }) => name === "rest");
  expect(rest?.currentLimit).toBe(592);
});

test("Members of system:masters are never held up", () => {
  const { control } = smallLevel();
  const request = { user: user("admin", "system:masters"), info: get("/api/v1/pods") };
  for (let i = 0; i < 1000; i++) {
    expect(control.enter(control.flowOf(request), request, 1, new AbortController().signal)).toBeFunction();
  }
});

test("People can look at levels and requests", async () => {
  const { control, enter } = smallLevel();
  for (let i = 0; i < 3; i++) await enter("a");
  void enter("jane");
  const [head, ...rows] = dumpPriorityLevels(control).trimEnd().split("\n");
  expect(head).toStartWith("PriorityLevelName, ActiveQueues, IsIdle, ");
  expect(rows.find((row) => row.startsWith("level,"))?.split(/, +/)).toEqual([
    "level",
    "1",
    "false",
    "false",
    "1",
    "3",
    "3",
    "0",
    "0",
    "0",
  ]);
  expect(dumpRequests(control, true)).toContain("jane");
});
