import { once } from "node:events";

import { HttpsTransport } from "../../../client/https-transport.ts";
import { ownCommand } from "../../../cluster/process/launcher.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { CliContext } from "../../context.ts";
import { discover } from "../../discovery/discovery.ts";
import { preferredResources } from "../../discovery/resource-mapper.ts";
import { connectionFlags } from "../../flags/connection-flags.ts";
import { booleanFlag, integerFlag } from "../../flags/flag.ts";
import { allNamespacesFlag } from "../../flags/shared-flags.ts";
import { connectionTo } from "../../kubeconfig/connection.ts";
import { loadKubeconfig } from "../../kubeconfig/kubeconfig.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { openInBrowser } from "../../service/open-in-browser.ts";

const dashboardFlags = {
  "all-namespaces": allNamespacesFlag,
  readonly: booleanFlag("Look only: leave out everything that changes the cluster"),
  web: booleanFlag("Serve the dashboard as pages for a browser on this machine"),
  port: integerFlag("With --web: the port to listen on; 0 takes one that is free"),
  "no-open": booleanFlag("With --web: only print the address, do not open the browser"),
};

export const dashboardCommand = kubectlCommand({
  usage: "[flags]",
  flags: dashboardFlags,
  examples: `  kube dashboard                      the cluster of the current context
  kube dashboard --context staging    another one, whoever made it
  kube dashboard -n web               begin in a namespace
  kube dashboard -A --readonly        everything, and nothing can be changed by mistake
  kube dashboard --web                in the browser instead of the terminal`,
  run: showDashboard,
});

async function showDashboard(invocation: Invocation<typeof dashboardFlags>): Promise<void> {
  const { flags, session, context } = invocation;
  if (flags.web) return await showPages(invocation);
  if (context.stdin.isTTY !== true || context.stdout.isTTY !== true)
    throw new UserError("The dashboard needs a terminal for its input and output");
  const target = await session.target();
  const connection = await connectionTo(target, context);
  const { currentContext } = await loadKubeconfig(flags.kubeconfig, context.env);
  // Ink paints only once where it believes to run in CI; whoever asks for a dashboard on a terminal looks at it.
  process.env["CI"] = "0";
  const { runDashboard } = await import("../../../tui/dashboard.tsx");
  const connect = (onWarning: (text: string) => void): HttpsTransport =>
    new HttpsTransport(connection, context.clock, { onWarning });
  await runDashboard({
    contextName: flags.context || currentContext || target.cluster.server,
    connect,
    discover: async (transport) => (await discover(transport)).groups.flatMap(preferredResources),
    namespace: flags["all-namespaces"] ? undefined : target.namespace,
    isReadOnly: flags.readonly,
    kube: (args) => [...ownCommand(), ...args.slice(0, 1), ...connectionArguments(flags), ...args.slice(1)],
    editor: editorCommand(context),
    clock: context.clock,
    signal: context.signal,
    // A stream that is a terminal is one of the process's own.
    stdin: context.stdin as NodeJS.ReadStream,
    stdout: context.stdout as NodeJS.WriteStream,
  });
}

/** Serves pages until Ctrl-C; on a terminal, Enter makes a link for one more browser. */
async function showPages(invocation: Invocation<typeof dashboardFlags>): Promise<void> {
  const { flags, session, context } = invocation;
  const target = await session.target();
  const { currentContext } = await loadKubeconfig(flags.kubeconfig, context.env);
  using transport = new HttpsTransport(await connectionTo(target, context), context.clock);
  const { startWebServer } = await import("../../../web/web-server.ts");
  await using server = startWebServer({
    contextName: flags.context || currentContext || target.cluster.server,
    transport,
    discover: async () => (await discover(transport)).groups.flatMap(preferredResources),
    namespace: flags["all-namespaces"] ? undefined : target.namespace,
    isReadOnly: flags.readonly,
    port: flags.port,
    clock: context.clock,
    log: context.log,
  });
  const link = server.newLink();
  context.stdout.write(`The dashboard is at ${link}\n`);
  if (context.stdin.isTTY === true)
    context.stdout.write("The link works once. Enter makes another one, Ctrl-C ends the dashboard.\n");
  // A machine without a browser still shows the link.
  if (!flags["no-open"]) await openInBrowser(link, context).catch(() => undefined);
  const onLine = (): void => void context.stdout.write(`${server.newLink()}\n`);
  if (context.stdin.isTTY === true) context.stdin.on("data", onLine);
  try {
    if (!context.signal.aborted) await once(context.signal, "abort");
  } finally {
    context.stdin.off("data", onLine).pause();
  }
}

/** What the user gave to reach the cluster, for a command that is to reach the same one. */
function connectionArguments(flags: Invocation<typeof dashboardFlags>["flags"]): readonly string[] {
  return Object.entries(connectionFlags).flatMap(([name, flag]) => {
    const value = flags[name as keyof typeof connectionFlags];
    // Commands that are run from the dashboard name the namespace themselves.
    if (name === "namespace" || value === flag.default) return [];
    if (typeof value === "object") return value.map((each) => `--${name}=${each}`);
    return [`--${name}=${value}`];
  });
}

/** As kubectl chooses: KUBE_EDITOR, then EDITOR, which may have arguments. */
function editorCommand({ env }: CliContext): readonly string[] {
  return (env["KUBE_EDITOR"] || env["EDITOR"] || "vi").trim().split(/\s+/);
}
