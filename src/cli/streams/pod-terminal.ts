import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { Session } from "../session.ts";
import { runTerminalSession, TERMINAL_PROTOCOLS, type TerminalSessionOptions } from "./terminal-session.ts";

export interface PodTerminal extends TerminalSessionOptions {
  readonly subresource: "exec" | "attach";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command?: readonly string[];
}

/** Runs a process in a container, or joins the one that runs there, with our standard streams. */
export async function runInPod(terminal: PodTerminal, session: Session, context: CliContext): Promise<void> {
  const { subresource, namespace, pod } = terminal;
  const transport = await session.transport();
  const connection = await transport.webSocket({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${subresource}?${terminalQuery(terminal)}`,
    protocols: TERMINAL_PROTOCOLS,
    signal: context.signal,
    summary: { method: "GET", resource: "pods", name: pod },
  });
  await runTerminalSession(connection, terminal, context);
}

function terminalQuery({ container, command = [], stdin, tty }: PodTerminal): string {
  const query = new URLSearchParams(command.map((word): [string, string] => ["command", word]));
  query.set("container", container);
  if (stdin) query.set("stdin", "true");
  query.set("stdout", "true");
  // A terminal joins both.
  if (!tty) query.set("stderr", "true");
  if (tty) query.set("tty", "true");
  return query.toString();
}

/** Whether there is a terminal to hand over; tells the user when one was asked for in vain. */
export function usesTerminal(
  wanted: { readonly stdin: boolean; readonly tty: boolean; readonly quiet: boolean },
  { stdin, stderr }: CliContext,
): boolean {
  if (!wanted.stdin || !wanted.tty) return false;
  if (stdin.isTTY === true) return true;
  if (!wanted.quiet) stderr.write("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  return false;
}

export const completedPod = (doing: string, phase: string | undefined): UserError =>
  new UserError(`cannot ${doing} a completed pod; current phase is ${phase}`);
