import { expect, test } from "bun:test";

import { events } from "../api/resources.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import { FakeClock } from "../lib/fake-clock.ts";
import { silentLogger } from "../lib/logger.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { eventExpiryController } from "./event-expiry.ts";

const MINUTE = 60_000;

const about = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", uid: `${name}-uid` },
});

test("an event is forgotten an hour after it was last seen", async () => {
  const clock = new FakeClock();
  const start = clock.now();
  await using cluster = await startTestControllers([eventExpiryController], { clock });
  await using recorder = new EventRecorder({ client: cluster.client, component: "test", clock, log: silentLogger });
  recorder.record(about("once"), "Normal", "Pulled", "once");
  recorder.record(about("repeated"), "Normal", "Pulled", "again and again");
  clock.advance(30 * MINUTE);
  recorder.record(about("repeated"), "Normal", "Pulled", "again and again");
  await recorder.flush();
  const list = async () => (await cluster.client.resource(events).list()).items;
  let left = await list();
  while (left.length === 2) {
    clock.advance(MINUTE);
    await new Promise((resolve) => setImmediate(resolve));
    left = await list();
  }
  expect(left.map(({ involvedObject }) => involvedObject.name)).toEqual(["repeated"]);
  expect(clock.now() - start).toBeGreaterThanOrEqual(60 * MINUTE);
});
