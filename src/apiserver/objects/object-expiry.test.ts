import { expect, test } from "bun:test";

import { events } from "../../api/resources.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";

const MINUTE_MS = 60_000;

test("Events go an hour after they were last seen", async () => {
  const clock = new FakeClock(Date.parse("2026-01-01T00:00:00Z"));
  await using api = await startTestApiServer({ clock });
  const client = api.client.resource(events);
  const event = (name: string) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: "default" },
    involvedObject: { kind: "Pod", name: "web", namespace: "default" },
    lastTimestamp: timestamp(clock.now()),
  });
  await client.create(event("old"));
  clock.advance(30 * MINUTE_MS);
  await client.create(event("new"));

  const { promise: isDeleted, resolve } = Promise.withResolvers<string | undefined>();
  const { resourceVersion } = (await client.list()).metadata;
  client.watch(
    { resourceVersion },
    { onEvent: ({ type, object }) => type === "DELETED" && resolve(object.metadata.name), onEnd: () => undefined },
  );
  clock.advance(31 * MINUTE_MS);
  expect(await isDeleted).toBe("old");
  expect((await client.list()).items.map(({ metadata }) => metadata.name)).toEqual(["new"]);
});
