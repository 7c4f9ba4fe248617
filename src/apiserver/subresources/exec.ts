import type { PodAttachOptions, PodExecOptions } from "../../api/types/core-v1.ts";
import type { ApiAnswer, ApiRequest, TerminalSession } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { AttachOptions } from "../node-connection.ts";
import type { ServerContext } from "../server-context.ts";
import { connectionOptions, requireCreate } from "./connection-options.ts";
import { containerOf, readPod, requireNode } from "./pod-target.ts";

/** Runs a command in a container. GET is for WebSocket clients, which cannot POST. */
export const exec: Handlers = { create: runCommand, get: runCommand };

/** Joins the streams of a container's own process. */
export const attach: Handlers = { create: attachTo, get: attachTo };

async function runCommand(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const wanted = await connectionOptions<PodExecOptions>(context, request);
  await requireCreate(context, request);
  const pod = await readPod(context, request);
  requireNode(pod);
  const options = terminalOptions(wanted, containerOf(pod, wanted.container ?? ""));
  const { command } = wanted;
  return terminal(options, (streams) => context.nodeConnection.exec(pod, { ...options, command }, streams));
}

async function attachTo(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const wanted = await connectionOptions<PodAttachOptions>(context, request);
  await requireCreate(context, request);
  const pod = await readPod(context, request);
  requireNode(pod);
  const options = terminalOptions(wanted, containerOf(pod, wanted.container ?? ""));
  return terminal(options, (streams) => context.nodeConnection.attach(pod, options, streams));
}

function terminalOptions(wanted: PodAttachOptions, container: string): AttachOptions {
  const { stdin = false, stdout = false, stderr = false, tty = false } = wanted;
  // A terminal joins both streams into one.
  return { container, tty, stdin, stdout, stderr: stderr && !tty };
}

const terminal = ({ stdin, stdout, stderr, tty }: AttachOptions, run: TerminalSession["run"]): ApiAnswer => ({
  form: "upgrade",
  session: { type: "terminal", stdin, stdout, stderr, tty, run },
});
