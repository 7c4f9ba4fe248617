import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";

const DEFAULT_EDITOR = "vi";
const DEFAULT_SHELL = "/bin/bash";

/** The command line of the user's editor, without the file. */
function editorCommand(env: CliContext["env"]): readonly string[] {
  const editor = env["KUBE_EDITOR"] || env["EDITOR"] || DEFAULT_EDITOR;
  if (!editor.includes(" ")) return [editor];
  if (!/["'\\]/.test(editor)) return editor.split(" ");
  return [env["SHELL"] || DEFAULT_SHELL, "-c", editor];
}

export interface EditedFile {
  readonly text: string;
  readonly path: string;
}

/** Lets the user edit a text in a new file, which stays until the caller removes it. */
export async function editInFile(
  text: string,
  { prefix, extension }: { readonly prefix: string; readonly extension: string },
  { env }: Pick<CliContext, "env">,
): Promise<EditedFile> {
  const folder = await mkdtemp(join(env["TMPDIR"] || tmpdir(), prefix));
  const path = join(folder, `edit${extension}`);
  await writeFile(path, text, { mode: 0o600 });
  await runEditor(path, env);
  return { text: await readFile(path, "utf8"), path };
}

async function runEditor(path: string, env: CliContext["env"]): Promise<void> {
  const [command = "", ...args] = editorCommand(env);
  const isShell = args[0] === "-c" && args.length === 2;
  const withFile = isShell ? ["-c", `${args[1] ?? ""} ${JSON.stringify(path)}`] : [...args, path];
  const child = spawn(command, withFile, { env: { ...env }, stdio: "inherit" });
  const [code] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`unable to launch the editor ${JSON.stringify(command)}: ${error.message}`, {
      hint: "Set KUBE_EDITOR or EDITOR to the editor that you use",
    });
  })) as [number | null];
  if (code !== 0) throw new UserError(`there was a problem with the editor ${JSON.stringify(command)}`);
}
