import { expect, test } from "bun:test";

import { WatchHub } from "./watch-hub.ts";

test("WatchHub ends a watch whose history cannot be read", async () => {
  const failure = new Error("The disk reports an error");
  const hub = new WatchHub({
    revision: 5,
    compactedRevision: 1,
    events() {
      throw failure;
    },
  });
  const reason = await new Promise<Error>((resolve) => {
    hub.watch("/", 1, { onEvents: () => {}, onEnd: resolve });
  });
  expect(reason).toBe(failure);
});
