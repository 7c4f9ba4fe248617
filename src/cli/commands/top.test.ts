import { expect, test } from "bun:test";

import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

test.each(["pods", "node"])("top %s says that the server has no metrics", async (what) => {
  await using api = await startTestApiServer({ https: true });
  expect(await captureRun(["top", what], api.connection)).toEqual({
    stdout: "",
    stderr: "error: Metrics API not available\n",
    exitCode: 1,
  });
});
