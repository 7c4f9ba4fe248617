import type { ApiAnswer, ApiRequest, TerminalSession } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { AttachOptions } from "../node-connection.ts";
import { isTrue } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import { containerOf, readPod, requireNode } from "./pod-target.ts";

/** Runs a command in a container. GET is for WebSocket clients, which cannot POST. */
export const exec: Handlers = { create: runCommand, get: runCommand };

/** Joins the streams of a container's own process. */
export const attach: Handlers = { create: attachTo, get: attachTo };

async function runCommand(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const pod = await readPod(context, request);
  requireNode(pod);
  const options = terminalOptions(request.query, containerOf(pod, request.query.get("container") ?? ""));
  const command = request.query.getAll("command");
  return terminal(options, (streams) => context.nodeConnection.exec(pod, { ...options, command }, streams));
}

async function attachTo(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const pod = await readPod(context, request);
  requireNode(pod);
  const options = terminalOptions(request.query, containerOf(pod, request.query.get("container") ?? ""));
  return terminal(options, (streams) => context.nodeConnection.attach(pod, options, streams));
}

function terminalOptions(query: URLSearchParams, container: string): AttachOptions {
  const isSet = (name: string): boolean => isTrue(query.get(name));
  const tty = isSet("tty");
  // A terminal joins both streams into one.
  return { container, tty, stdin: isSet("stdin"), stdout: isSet("stdout"), stderr: isSet("stderr") && !tty };
}

const terminal = ({ stdin, stdout, stderr, tty }: AttachOptions, run: TerminalSession["run"]): ApiAnswer => ({
  form: "upgrade",
  session: { type: "terminal", stdin, stdout, stderr, tty, run },
});
