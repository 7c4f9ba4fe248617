import { once } from "node:events";

import { UserError } from "../../../lib/user-error.ts";
import type { CliContext } from "../../context.ts";
import { clusterLink } from "../../dashboard/cluster-link.ts";
import { booleanFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { allNamespacesFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { localClusterAt } from "../../owner/local-cluster.ts";
import { openInBrowser } from "../../service/open-in-browser.ts";

const SKINS = ["dark", "light", "plain"] as const;

const dashboardFlags = {
  "all-namespaces": allNamespacesFlag,
  readonly: booleanFlag("Look only: leave out everything that changes the cluster"),
  web: booleanFlag("Serve the dashboard as pages for a browser on this machine"),
  port: integerFlag("With --web: the port to listen on; 0 takes one that is free"),
  "no-open": booleanFlag("With --web: only print the address, do not open the browser"),
  mouse: booleanFlag("Take clicks and the wheel; the terminal then selects text with Shift held", { default: true }),
  skin: stringFlag("Colours: dark, light or plain; by default what the terminal says about itself"),
};

export const dashboardCommand = kubectlCommand({
  usage: "[flags]",
  flags: dashboardFlags,
  examples: `  kube dashboard                      the cluster of the current context
  kube dashboard --context staging    another one, whoever made it
  kube dashboard -n web               begin in a namespace
  kube dashboard -A --readonly        everything, and nothing can be changed by mistake
  kube dashboard --skin light         for a light background
  kube dashboard --web                in the browser instead of the terminal`,
  run: showDashboard,
});

async function showDashboard(invocation: Invocation<typeof dashboardFlags>): Promise<void> {
  const { flags, context: cli } = invocation;
  await checkSwitch(invocation);
  if (flags.web) return await showPages(invocation);
  if (cli.stdin.isTTY !== true || cli.stdout.isTTY !== true)
    throw new UserError("The dashboard needs a terminal for its input and output");
  const skin = flags.skin === "" ? terminalSkin(cli) : SKINS.find((each) => each === flags.skin);
  if (!skin) throw new UserError(`--skin must be one of ${SKINS.join(", ")}`);
  // Ink paints only once where it believes to run in CI; whoever asks for a dashboard on a terminal looks at it.
  process.env["CI"] = "0";
  const { runDashboard } = await import("../../../tui/dashboard.tsx");
  await runDashboard({
    connect: async (context, onWarning) =>
      await clusterLink(flags, { context, allNamespaces: flags["all-namespaces"], cli, onWarning }),
    isReadOnly: flags.readonly,
    hasMouse: flags.mouse,
    skin,
    editor: editorCommand(cli),
    clock: cli.clock,
    signal: cli.signal,
    // A stream that is a terminal is one of the process's own.
    stdin: cli.stdin as NodeJS.ReadStream,
    stdout: cli.stdout as NodeJS.WriteStream,
  });
}

/** A cluster of this machine may have it switched off. */
async function checkSwitch({ session, context }: Invocation<typeof dashboardFlags>): Promise<void> {
  const local = await localClusterAt((await session.target()).cluster.server, context.env);
  if (local && !local.addons.dashboard) {
    throw new UserError(`The dashboard of cluster "${local.name}" is switched off`, {
      hint: `Switch it on: kube addons enable dashboard --name ${local.name}`,
    });
  }
}

/** Serves pages until Ctrl-C; on a terminal, Enter makes a link for one more browser. */
async function showPages(invocation: Invocation<typeof dashboardFlags>): Promise<void> {
  const { flags, context } = invocation;
  const link = await clusterLink(flags, {
    context: undefined,
    allNamespaces: flags["all-namespaces"],
    cli: context,
    onWarning: () => undefined,
  });
  using transport = link.transport;
  const { startWebServer } = await import("../../../web/web-server.ts");
  await using server = startWebServer({
    contextName: link.contextName,
    transport,
    discover: link.discover,
    namespace: link.namespace,
    isReadOnly: flags.readonly,
    port: flags.port,
    clock: context.clock,
    log: context.log,
  });
  const address = server.newLink();
  context.stdout.write(`The dashboard is at ${address}\n`);
  if (context.stdin.isTTY === true)
    context.stdout.write("The link works once. Enter makes another one, Ctrl-C ends the dashboard.\n");
  // A machine without a browser still shows the link.
  if (!flags["no-open"]) await openInBrowser(address, context).catch(() => undefined);
  const onLine = (): void => void context.stdout.write(`${server.newLink()}\n`);
  if (context.stdin.isTTY === true) context.stdin.on("data", onLine);
  try {
    if (!context.signal.aborted) await once(context.signal, "abort");
  } finally {
    context.stdin.off("data", onLine).pause();
  }
}

/** As kubectl chooses: KUBE_EDITOR, then EDITOR, which may have arguments. */
function editorCommand({ env }: CliContext): readonly string[] {
  return (env["KUBE_EDITOR"] || env["EDITOR"] || "vi").trim().split(/\s+/);
}

/** NO_COLOR is what people set who want none; COLORFGBG ends with the background where a terminal sets it. */
function terminalSkin({ env }: CliContext): (typeof SKINS)[number] {
  if (env["NO_COLOR"]) return "plain";
  const background = Number((env["COLORFGBG"] ?? "").split(";").at(-1) || "0");
  return background === 7 || background === 15 ? "light" : "dark";
}
