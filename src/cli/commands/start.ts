import { type Command, InvalidArgumentError, Option } from "commander";

import { adminKubeconfigEntry } from "../../cluster/admin-access.ts";
import { chooseConfig, type ClusterWishes, isPortFree } from "../../cluster/choose-config.ts";
import { clusterStatus } from "../../cluster/cluster-status.ts";
import { type ClusterConfig, readConfig, writeConfig } from "../../cluster/config.ts";
import { createDataDirectory, dataDirectory, kubeHome } from "../../cluster/data-directory.ts";
import { contextName, kubeconfigPath, mergeKubeconfig } from "../../cluster/kubeconfig.ts";
import { launchServer } from "../../cluster/launcher.ts";
import { runningServer } from "../../cluster/server-record.ts";
import { type StepReport, step } from "../../cluster/steps.ts";
import { UserError } from "../../lib/user-error.ts";
import { clusterNameOption, outputOption } from "../cluster-options.ts";
import type { CliCommand } from "../command.ts";
import type { CliContext } from "../context.ts";
import { stepDisplay } from "../step-display.ts";

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
    .addOption(new Option("--nodes <count>", "how many nodes").argParser(wholeNumber(1, 250)))
    .addOption(new Option("--runtime <runtime>", "what runs containers").choices(["docker", "fake"]))
    .option("--pod-range <range>", "addresses of pods (default: a free /16)")
    .option("--service-range <range>", "addresses of Services (default: a free /16)");
}

async function start(options: StartOptions, context: CliContext): Promise<void> {
  const home = kubeHome(context.env);
  const directory = dataDirectory(options.name, home);
  const reports: StepReport[] = [];
  using display = options.output === "json" ? quiet : stepDisplay(context);
  const onStep = (report: StepReport): void => {
    if (report.state !== "started") reports.push(report);
    display.onStep(report);
  };
  const running = await runningServer(directory);
  if (running) refuseChanges(await readConfig(directory), options);
  else {
    const config = await chooseConfig(directory, options, home);
    await checkPort(config, options);
    await createDataDirectory(directory);
    await writeConfig(directory, config);
    await launchServer(directory, [], onStep);
  }
  const kubeContext = contextName(options.name);
  if (options.kubeconfig) {
    const path = await kubeconfigPath(context.env);
    const entry = await adminKubeconfigEntry(directory);
    await step(
      `Context "${kubeContext}" in ${shortened(path, context.env)}`,
      onStep,
      async () => await mergeKubeconfig(path, entry, context.clock),
    );
  }
  const status = await clusterStatus(directory);
  if (options.output === "json") {
    context.stdout.write(
      `${JSON.stringify({ ...status, steps: reports.map(({ step: name, ms }) => ({ name, ms })) }, undefined, 2)}\n`,
    );
    return;
  }
  context.stdout.write(
    `Cluster "${options.name}" ${running ? "is already running" : "is running"} at ${status.apiServer}\n`,
  );
}

/** A running cluster keeps its settings until it is stopped. */
function refuseChanges(config: ClusterConfig | undefined, options: StartOptions): void {
  const wishes = [
    ["--port", "port"],
    ["--nodes", "nodes"],
    ["--runtime", "runtime"],
    ["--pod-range", "podRange"],
    ["--service-range", "serviceRange"],
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

async function checkPort(config: ClusterConfig, options: StartOptions): Promise<void> {
  if (await isPortFree(config.port)) return;
  throw new UserError(`Cannot listen on 127.0.0.1:${config.port}: another program uses that port`, {
    hint: `Choose another: kube start --name ${options.name} --port ${config.port + 1}`,
  });
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
