import { expect, test } from "bun:test";

import { configmaps } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

/** The candidates for the end of a line, and the number for the shell. */
async function completedBy(lines: readonly string[]): Promise<readonly string[]> {
  await using api = await startTestApiServer({ https: true });
  for (const name of ["settings", "setup"])
    await api.client
      .resource(configmaps)
      .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });
  const answers: string[] = [];
  for (const line of lines) {
    // oxlint-disable-next-line no-await-in-loop -- one server for all lines
    const { stdout } = await captureRun(["__complete", ...line.split(" ")], api.connection);
    answers.push(
      stdout
        .trimEnd()
        .replaceAll(/\t[^\n]*/g, "")
        .split("\n")
        .join(" "),
    );
  }
  return answers;
}

test("completion offers commands, flags, values, types and live names", async () => {
  const lines = {
    roll: "rollout :4",
    "rollout st": "status :4",
    "get configm": "configmaps :4",
    "get pods,configm": "pods,configmaps :4",
    "get configmaps se": "settings setup :4",
    "get configmaps settings se": "setup :4",
    "get cm/set": "cm/settings cm/setup :4",
    "-n defa": "default :4",
    "get --namespace=defa": "--namespace=default :4",
    "get pods --show-k": "--show-kind :4",
    "get pods -o js": "json jsonpath jsonpath-as-json jsonpath-file :4",
    "config use-context ": "test :4",
    "apply -f ": ":0",
    "exec web -- l": ":0",
    "set ": "env image resources selector serviceaccount subject :4",
    "completion z": "zsh :4",
    "start --runt": "--runtime :4",
    "nope x": ":0",
  };
  expect(await completedBy(Object.keys(lines))).toEqual(Object.values(lines));
}, 30_000);

test("completion says nothing when the server cannot be asked", async () => {
  const { stdout, stderr } = await captureRun(["__complete", "get", "pods", ""], {
    server: "http://127.0.0.1:1",
    userAgent: "test",
  });
  expect({ stdout, stderr }).toEqual({ stdout: ":0\n", stderr: "" });
});

test.each(["bash", "zsh", "fish", "powershell"])(
  "completion %s is a script that calls the program it is for",
  async (shell) => {
    const connection = { server: "http://127.0.0.1:1", userAgent: "test" };
    const { stdout } = await captureRun(["completion", shell], connection, { program: "kubectl" });
    expect(stdout).toContain("__complete");
    expect(stdout).toContain("kubectl");
    expect(stdout).not.toMatch(/\bkube\b/);
  },
);

test.each([
  [[], "error: Shell not specified.\nSee 'kube completion -h' for help and examples\n"],
  [["tcsh"], "error: Unsupported shell type \"tcsh\".\nSee 'kube completion -h' for help and examples\n"],
])("completion %j is refused", async (args, message) => {
  const connection = { server: "http://127.0.0.1:1", userAgent: "test" };
  expect((await captureRun(["completion", ...args], connection)).stderr).toBe(message);
});
