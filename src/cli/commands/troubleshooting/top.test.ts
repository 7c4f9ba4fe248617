import { expect, test } from "bun:test";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

test.each([
  ["pods", { stdout: "", stderr: "No resources found in default namespace.\n", exitCode: 0 }],
  ["node", { stdout: "", stderr: "error: metrics not available yet\n", exitCode: 1 }],
])("top %s of a cluster in which nothing runs", async (what, expected) => {
  await using api = await startTestApiServer({ https: true });
  expect(await captureRun(["top", what], api.connection)).toEqual(expected);
});
