import { expect, test } from "bun:test";

import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";
import { migratedFields } from "./migrate-to-server-side.ts";

const ANNOTATION = "f:kubectl.kubernetes.io/last-applied-configuration";

test("migratedFields gives the server's manager what the client's managed, but for the annotation", () => {
  const client = {
    manager: "kubectl-client-side-apply",
    operation: "Update",
    fieldsV1: { "f:data": { "f:a": {} }, "f:metadata": { "f:annotations": { [ANNOTATION]: {}, "f:x": {} } } },
  };
  const server = { manager: "kubectl", operation: "Apply", fieldsV1: { "f:data": { "f:b": {} } } };
  const other = { manager: "somebody", operation: "Update", fieldsV1: { "f:data": { "f:c": {} } } };
  expect(migratedFields([server, client, other], "kubectl")).toEqual([
    { ...server, fieldsV1: { "f:data": { "f:a": {}, "f:b": {} }, "f:metadata": { "f:annotations": { "f:x": {} } } } },
    other,
  ]);
  expect(migratedFields([server, other], "kubectl")).toBeUndefined();
});

test("apply --server-side takes over what apply managed, so that a field can be dropped", async () => {
  await using api = await startTestApiServer({ https: true });
  const apply = async (data: object, ...flags: string[]) =>
    await captureRun(["apply", "-f", "-", ...flags], api.connection, {
      stdin: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data }),
    });
  await apply({ a: "1", b: "2" });
  expect((await apply({ a: "1" }, "--server-side")).stdout).toBe("configmap/settings serverside-applied\n");
  const { stdout } = await captureRun(["get", "cm", "settings", "-o", "jsonpath={.data}"], api.connection);
  expect(stdout).toBe('{"a":"1"}');
});
