import { afterAll, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

const folder = await mkdtemp(join(tmpdir(), "kube-edit-test-"));
afterAll(async () => await rm(folder, { recursive: true }));

/** An editor that does what a user would: a shell script that gets the file as $1. */
async function editor(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

async function edited(script: string, ...args: string[]) {
  await using api = await startTestApiServer({ https: true });
  const kube = async (...line: string[]) =>
    await captureRun(line, api.connection, { env: { KUBE_EDITOR: program, TMPDIR: folder } });
  const program = await editor(`editor-${args.length}-${script.length}`, script);
  await kube("create", "configmap", "settings", "--from-literal=color=blue");
  const run = await kube("edit", "configmap", "settings", ...args);
  const { stdout: data } = await kube("get", "configmap", "settings", "-o", "jsonpath={.data}");
  return { ...run, data };
}

test("edit sends what was changed in the editor", async () => {
  expect(await edited(`sed -i s/blue/red/ "$1"`, "--output-patch")).toEqual({
    stdout: 'Patch: {"data":{"color":"red"}}\nconfigmap/settings edited\n',
    stderr: "",
    exitCode: 0,
    data: '{"color":"red"}',
  });
});

test("edit shows JSON when asked, and YAML with a header otherwise", async () => {
  expect((await edited(`grep -q '^{' "$1" && sed -i s/blue/green/ "$1"`, "-o", "json")).data).toBe('{"color":"green"}');
  const header = `grep -q '^# Please edit the object below.' "$1" && sed -i s/blue/green/ "$1"`;
  expect((await edited(header)).data).toBe('{"color":"green"}');
});

test.each([
  [":", "Edit cancelled, no changes made.\n"],
  [`sed -i 's/^# Please/# Pretty please/' "$1"`, "Edit cancelled, no changes made.\n"],
  [`echo '# nothing' > "$1"`, "Edit cancelled, saved file was empty.\n"],
])("edit changes nothing when the editor does %j", async (script, message) => {
  expect(await edited(script)).toMatchObject({ stdout: "", stderr: message, exitCode: 0, data: '{"color":"blue"}' });
});

test("edit opens the file again with what was wrong, and keeps it when it is given up", async () => {
  const run = await edited(`sed -i 's/^kind: .*/kind: ""/' "$1"`);
  expect(run.stderr).toMatch(
    /^error: configmaps "settings" is invalid\nA copy of your changes has been stored to ".*"\nerror: Edit cancelled, no valid changes were saved.\n$/,
  );
  expect(run.exitCode).toBe(1);
  const mended = await edited(
    `if grep -q 'was not valid' "$1"; then sed -i 's/^kind: .*/kind: ConfigMap/;s/blue/red/' "$1"; else sed -i 's/^kind: .*/kind: ""/' "$1"; fi`,
  );
  expect(mended).toMatchObject({ stdout: "configmap/settings edited\n", data: '{"color":"red"}' });
});

test("edit does not rename objects, and says what is wrong with an editor", async () => {
  expect((await edited(`sed -i 's/^  name: .*/  name: other/' "$1"`)).stderr).toContain(
    "error: At least one of apiVersion, kind and name was changed\n",
  );
  expect((await edited("exit 1")).stderr).toContain("error: there was a problem with the editor ");
});
