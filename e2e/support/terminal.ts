import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./eventually.ts";
import { run, succeed } from "./run.ts";

/** A terminal that a test types into and looks at: tmux, on a server of its own. */
export interface Terminal extends AsyncDisposable {
  /** Types text as it is, or keys by tmux's names (`Enter`, `Escape`, `C-d`). */
  type(text: string): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  /** What is on the screen now. */
  screen(): Promise<string>;
  /** The screen as soon as it contains all of the texts. */
  until(...texts: readonly string[]): Promise<string>;
  untilGone(text: string): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
}

export async function openTerminal(options: {
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), "kube-terminal-"));
  const tmux = (...args: readonly string[]): readonly string[] => ["tmux", "-S", join(folder, "socket"), ...args];
  const variables = Object.entries({ ...options.env, PS1: "ready> ", TERM: "xterm-256color" });
  const size = ["-x", String(options.columns), "-y", String(options.rows)];
  const shell = ["env", ...variables.map(([name, value]) => `${name}=${value}`), "bash", "--norc", "--noprofile"];
  await succeed(tmux("-f", "/dev/null", "new-session", "-d", "-s", "test", ...size, ...shell));
  // Escape must not wait for a key that could follow it.
  await succeed(tmux("set-option", "-g", "escape-time", "0"));
  const screen = async (): Promise<string> => await succeed(tmux("capture-pane", "-p", "-t", "test"));
  const untilScreen = async (what: string, holds: (text: string) => boolean): Promise<string> => {
    let last = "";
    try {
      return await eventually(what, async () => {
        last = await screen();
        return holds(last) ? last : undefined;
      });
    } catch (error) {
      throw new Error(`The screen never had ${what}:\n${last}`, { cause: error });
    }
  };
  return {
    screen,
    type: async (text) => void (await succeed(tmux("send-keys", "-t", "test", "-l", text))),
    press: async (...keys) => void (await succeed(tmux("send-keys", "-t", "test", ...keys))),
    until: async (...texts) =>
      await untilScreen(texts.join(" and "), (text) => texts.every((each) => text.includes(each))),
    untilGone: async (gone) => await untilScreen(`no ${gone}`, (text) => !text.includes(gone)),
    resize: async (columns, rows) =>
      void (await succeed(tmux("resize-window", "-t", "test", "-x", String(columns), "-y", String(rows)))),
    async [Symbol.asyncDispose]() {
      await run(tmux("kill-server"));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
