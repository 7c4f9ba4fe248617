import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";

const OPENERS = { linux: ["xdg-open"], darwin: ["open"], win32: ["cmd", "/c", "start"] } as const;

/** `$BROWSER`, else what the system has for it. */
export async function openInBrowser(url: string, { env }: CliContext): Promise<void> {
  const { platform } = process;
  const system =
    platform === "linux" || platform === "darwin" || platform === "win32" ? OPENERS[platform] : OPENERS.linux;
  const command = env["BROWSER"] ? [env["BROWSER"]] : [...system];
  try {
    const child = Bun.spawn([...command, url], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    if ((await child.exited) === 0) return;
  } catch (cause) {
    throw cannotOpen(url, command[0] ?? "", cause);
  }
  throw cannotOpen(url, command[0] ?? "");
}

const cannotOpen = (url: string, program: string, cause?: unknown): UserError =>
  new UserError(`Cannot open ${url}: ${program} does not work here`, {
    hint: "Set BROWSER to a program that does",
    cause,
  });
