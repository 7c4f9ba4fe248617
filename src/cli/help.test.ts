import { expect, test } from "bun:test";
import { join } from "node:path";

import { captureRun } from "./captured-run.ts";
import { commands } from "./commands.ts";
import { isKubectlCommand } from "./kubectl-command.ts";

const connection = { server: "http://127.0.0.1:1", userAgent: "test" };
const help = async (...words: string[]): Promise<string> => (await captureRun([...words, "--help"], connection)).stdout;

/** Every command and those inside it, by their words. */
async function allCommands(): Promise<readonly (readonly string[])[]> {
  const all = await Promise.all(
    commands.map(async (entry) => {
      const { name } = entry;
      const command = await entry.load();
      const inner = isKubectlCommand(command) ? command.subcommands : [];
      return [[name], ...inner.map((each) => [name, each.name])];
    }),
  );
  return all.flat();
}

test("help of every command has examples", async () => {
  const without: string[] = [];
  for (const words of await allCommands()) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is fast enough
    if (!(await help(...words)).includes("\nExamples:\n")) without.push(words.join(" "));
  }
  expect(without).toEqual([]);
}, 60_000);

test("the README names commands and flags that there are", async () => {
  const readme = await Bun.file(join(import.meta.dir, "..", "..", "README.md")).text();
  const lines = [...readme.matchAll(/(?:`|^\$ |\()kube ([a-z][^`)\n]*)/gm)].map(([, line = ""]) => line);
  expect(lines.length).toBeGreaterThan(10);
  const names = new Set(commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  for (const line of lines) {
    const [name = "", ...rest] = line.split(/\s+/);
    expect(names).toContain(name);
    const flags = rest.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*/, ""));
    // oxlint-disable-next-line no-await-in-loop -- one after the other is fast enough
    const text = (await help(name)) + (await help(name, rest.find((word) => /^[a-z]+$/.test(word)) ?? ""));
    for (const flag of flags) expect(text).toContain(flag);
  }
});

test("help of the program names every command", async () => {
  const text = await help();
  for (const { name, summary } of commands) {
    expect(text).toContain(`  ${name}`);
    expect(text.replaceAll(/\s+/g, " ")).toContain(summary);
  }
});
