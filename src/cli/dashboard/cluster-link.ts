import { PassThrough, Writable } from "node:stream";

import { HttpsTransport } from "../../client/https-transport.ts";
import { ownCommand } from "../../cluster/process/launcher.ts";
import { silentLogger } from "../../lib/logger.ts";
import type { CliContext } from "../context.ts";
import { discover } from "../discovery/discovery.ts";
import { preferredResources } from "../discovery/resource-mapper.ts";
import { connectionFlags, type ConnectionFlagValues } from "../flags/connection-flags.ts";
import { connectionTo } from "../kubeconfig/connection.ts";
import { loadKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { chooseTarget } from "../kubeconfig/target.ts";

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

type RunCommandLine = (args: readonly string[], context: CliContext) => Promise<number>;

/** Commands of this program that are about no server, and take no flags for one. */
const WITHOUT_SERVER: ReadonlySet<string> = new Set(["start", "stop", "list", "config"]);

/** What a dashboard has of a cluster: a connection, and this program's own command line for it. */
export async function clusterLink(
  given: ConnectionFlagValues,
  options: {
    /** Undefined for the one that flags and kubeconfig choose. */
    readonly context: string | undefined;
    readonly allNamespaces: boolean;
    readonly cli: CliContext;
    readonly onWarning: (text: string) => void;
  },
) {
  const { cli, context, allNamespaces, onWarning } = options;
  const flags = context === undefined ? given : flagsOfContext(given, context);
  const kubeconfig = await loadKubeconfig(flags.kubeconfig, cli.env);
  const target = await chooseTarget(kubeconfig, flags, cli.env);
  // Read anew each time: credentials that expired may have been renewed.
  const transport = new HttpsTransport(await connectionTo(target, cli), cli.clock, { onWarning });
  const args = connectionArguments(flags);
  const scoped = ([command = "", ...rest]: readonly string[]): readonly string[] =>
    WITHOUT_SERVER.has(command) ? [command, ...rest] : [command, ...args, ...rest];
  const { runCommandLine } = await import("../program.ts");
  return {
    contextName: flags.context || kubeconfig.currentContext || target.cluster.server,
    namespace: allNamespaces ? undefined : target.namespace,
    transport,
    discover: async () => (await discover(transport)).groups.flatMap(preferredResources),
    kube: (line: readonly string[]) => [...ownCommand(), ...scoped(line)],
    run: async (line: readonly string[], runOptions: RunOptions) =>
      await captured(runCommandLine, scoped(line), { ...runOptions, cli }),
  };
}

/** Another context is another server and another user: what was said about the first ones does not hold. */
function flagsOfContext(given: ConnectionFlagValues, context: string): ConnectionFlagValues {
  const defaults = Object.fromEntries(Object.entries(connectionFlags).map(([name, flag]) => [name, flag.default]));
  // All flags are there, each with the value it has when it is not given.
  return { ...(defaults as ConnectionFlagValues), kubeconfig: given.kubeconfig, context };
}

interface RunOptions {
  readonly signal: AbortSignal;
  readonly onOutput?: (stdout: string) => void;
}

/** A command line run in this process: it has no terminal, and what it writes is kept. */
async function captured(
  runCommandLine: RunCommandLine,
  args: readonly string[],
  { signal, onOutput, cli }: RunOptions & { readonly cli: CliContext },
): Promise<CommandResult> {
  const stdout = textWriter(onOutput);
  const stderr = textWriter();
  const exitCode = await runCommandLine(args, {
    ...cli,
    stdin: new PassThrough().end(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    log: silentLogger,
    signal,
  });
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
}

function textWriter(onOutput?: (text: string) => void): { readonly stream: Writable; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, callback) {
      text += typeof chunk === "string" ? chunk : chunk.toString("utf8");
      onOutput?.(text);
      callback();
    },
  });
  return { stream, text: () => text };
}

/** What the user gave to reach the cluster, for a command that is to reach the same one. */
function connectionArguments(flags: ConnectionFlagValues): readonly string[] {
  return Object.entries(connectionFlags).flatMap(([name, flag]) => {
    const value = flags[name as keyof typeof connectionFlags];
    // Commands that are run from the dashboard name the namespace themselves.
    if (name === "namespace" || value === flag.default) return [];
    if (typeof value === "object") return value.map((each) => `--${name}=${each}`);
    return [`--${name}=${value}`];
  });
}
