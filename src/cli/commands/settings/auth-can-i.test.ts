import { expect, test } from "bun:test";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

test("auth can-i says what the server says, and warns of what it does not serve", async () => {
  await using api = await startTestApiServer({ https: true });
  const ask = (...args: string[]) => captureRun(["auth", "can-i", ...args], api.connection);
  expect(await ask("create", "deploy")).toEqual({ stdout: "yes\n", stderr: "", exitCode: 0 });
  expect(await ask("get", "node/one", "-q")).toEqual({
    stdout: "",
    stderr: "Warning: resource 'nodes' is not namespace scoped\n\n",
    exitCode: 0,
  });
  expect((await ask("get", "things.example.com")).stderr).toBe(
    "Warning: the server doesn't have a resource type 'things' in group 'example.com'\n\n",
  );
  expect((await ask("get")).stderr).toStartWith("error: you must specify two arguments: verb resource");
});
