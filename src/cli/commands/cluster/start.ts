import { type Command, InvalidArgumentError, Option } from "commander";

import { adminKubeconfigEntry } from "../../../cluster/access/admin-access.ts";
import { contextName, kubeconfigPath, mergeKubeconfig } from "../../../cluster/access/kubeconfig.ts";
import { type ClusterWishes, type SettledConfig, settleConfig } from "../../../cluster/config/choose-config.ts";
import { type ClusterConfig, PROXY_MODES, readConfig } from "../../../cluster/config/config.ts";
import { type DataDirectory, dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { clusterStatus } from "../../../cluster/process/cluster-status.ts";
import { becomesReady, launchServer } from "../../../cluster/process/launcher.ts";
import { discardCluster } from "../../../cluster/process/remove-cluster.ts";
import { type StepListener, type StepReport, step } from "../../../cluster/process/steps.ts";
import { UserError } from "../../../lib/user-error.ts";
import { clusterNameOption, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { stepDisplay } from "../../step-display.ts";

interface StartOptions extends ClusterWishes {
  readonly name: string;
  readonly output?: "json" | undefined;
  readonly kubeconfig: boolean;
}

export const startCommand: CliCommand = {
  configure(command, context) {
    addWishOptions(command.addOption(clusterNameOption()))
      .option("--no-kubeconfig", "leave the kubeconfig alone")
      .addOption(outputOption())
      .addHelpText(
        "after",
        `
Examples:
  kube start                       a cluster with one node, as context "kube"
  kube start --name two            another one beside it, as context "kube-two"
  kube start --runtime fake        pods that only pretend to run: no Docker needed`,
      )
      .action(async (options: StartOptions) => await start(options, context));
  },
};

/** Options that say what kind of cluster is wanted; `start` and `server` share them. */
export function addWishOptions(command: Command): Command {
  return command
    .addOption(new Option("--port <port>", "of the API server on localhost").argParser(wholeNumber(1, 65535)))
    .addOption(
      new Option(
        "--http-port <port>",
        "of Ingresses on localhost, 0 for none (default: 80, or one that is free)",
      ).argParser(wholeNumber(0, 65535)),
    )
    .addOption(
      new Option("--https-port <port>", "the same for HTTPS (default: 443, or one that is free)").argParser(
        wholeNumber(0, 65535),
      ),
    )
    .addOption(new Option("--nodes <count>", "how many nodes").argParser(wholeNumber(1, 250)))
    .addOption(new Option("--runtime <runtime>", "what runs containers").choices(["docker", "fake"]))
    .option("--pod-range <range>", "addresses of pods (default: a free /16)")
    .option("--service-range <range>", "addresses of Services (default: a free /16)")
    .addOption(
      new Option("--proxy-mode <mode>", "how Services reach pods (default: auto, the first that works)").choices([
        ...PROXY_MODES,
      ]),
    )
    .option("--token-auth-file <path>", 'users and their tokens, each line token,user,uid,"groups"')
    .option("--audit-policy-file <path>", "what of requests is written to logs/audit.log");
}

async function start(options: StartOptions, context: CliContext): Promise<void> {
  const directory = dataDirectory(options.name, kubeHome(context.env));
  const reports: StepReport[] = [];
  using display = options.output === "json" ? quiet : stepDisplay(context);
  const onStep = (report: StepReport): void => {
    if (report.state !== "started") reports.push(report);
    display.onStep(report);
  };
  const wasRunning = await ensureRunning(directory, options, { ...context, onStep });
  if (wasRunning) refuseChanges(await readConfig(directory), options);
  if (options.kubeconfig) await publishContext(directory, { ...context, onStep });
  const status = await clusterStatus(directory);
  if (options.output === "json") {
    context.stdout.write(
      `${JSON.stringify({ ...status, steps: reports.map(({ step: name, ms }) => ({ name, ms })) }, undefined, 2)}\n`,
    );
    return;
  }
  context.stdout.write(
    `Cluster "${options.name}" ${wasRunning ? "is already running" : "is running"} at ${status.apiServer}\n`,
  );
}

type StartContext = Pick<CliContext, "env" | "clock" | "signal"> & { readonly onStep: StepListener };

/** Whether the cluster ran before: whoever starts it at the same time counts as before. */
async function ensureRunning(directory: DataDirectory, wishes: ClusterWishes, context: StartContext): Promise<boolean> {
  const home = kubeHome(context.env);
  for (;;) {
    const settled = await settleConfig({ directory, wishes, home, clock: context.clock });
    if (settled && (await launchOrDiscard(directory, settled, context))) return false;
    if (await becomesReady(directory, context)) return true;
  }
}

async function launchOrDiscard(directory: DataDirectory, { isNew }: SettledConfig, context: StartContext) {
  try {
    return await launchServer(directory, context);
  } catch (error) {
    if (isNew) await discardCluster(directory, context.clock);
    throw error;
  }
}

/** The cluster runs whether or not its context can be written, and the user must know that. */
async function publishContext(directory: DataDirectory, { env, clock, onStep }: StartContext): Promise<void> {
  const kubeContext = contextName(directory.cluster);
  const path = await kubeconfigPath(env);
  const entry = await adminKubeconfigEntry(directory);
  try {
    await step(
      `Context "${kubeContext}" in ${shortened(path, env)}`,
      onStep,
      async () => await mergeKubeconfig(path, entry, clock),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const hint = `Cluster "${directory.cluster}" is running. Once that is mended, "kube start --name ${directory.cluster}" adds its context`;
    throw new UserError(error.message, {
      hint: error.hint === undefined ? hint : `${error.hint}\n${hint}`,
      cause: error.cause,
    });
  }
}

/** A running cluster keeps its settings until it is stopped. */
function refuseChanges(config: ClusterConfig | undefined, options: StartOptions): void {
  if (config && options.nodes !== undefined && options.nodes !== config.nodes.length) {
    throw new UserError(`Cluster "${options.name}" runs with ${config.nodes.length} nodes, not ${options.nodes}`, {
      hint: `Add some with "kube node add --name ${options.name}", or remove one with "kube node delete"`,
    });
  }
  const wishes = [
    ["--port", "port"],
    ["--runtime", "runtime"],
    ["--pod-range", "podRange"],
    ["--service-range", "serviceRange"],
    ["--proxy-mode", "proxyMode"],
  ] as const;
  for (const [option, key] of wishes) {
    if (config && options[key] !== undefined && options[key] !== config[key]) {
      throw new UserError(
        `Cannot change ${option} from ${config[key]} to ${options[key]} while cluster "${options.name}" runs`,
        {
          hint: `Stop it first: kube stop --name ${options.name}`,
        },
      );
    }
  }
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

const quiet = { onStep() {}, [Symbol.dispose]() {} };

function shortened(path: string, env: CliContext["env"]): string {
  const home = env["HOME"];
  return home !== undefined && home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
