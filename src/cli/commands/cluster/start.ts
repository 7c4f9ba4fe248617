import { adminKubeconfigEntry } from "../../../cluster/access/admin-access.ts";
import { contextName, kubeconfigPath, mergeKubeconfig } from "../../../cluster/access/kubeconfig.ts";
import { type SettledConfig, settleConfig } from "../../../cluster/config/choose-config.ts";
import { readConfig } from "../../../cluster/config/config.ts";
import { type DataDirectory, dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { checkChangesWhileRunning, wantedChanges } from "../../../cluster/config/setting-changes.ts";
import { clusterStatus } from "../../../cluster/process/cluster-status.ts";
import { API_SERVER_STEP, becomesReady, launchServer, READY_STEP } from "../../../cluster/process/launcher.ts";
import { discardCluster } from "../../../cluster/process/remove-cluster.ts";
import { runningServer } from "../../../cluster/process/server-record.ts";
import { type StepListener, type StepReport, step } from "../../../cluster/process/steps.ts";
import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";
import { readDefaults } from "../../start/defaults.ts";
import { showPlan } from "../../start/show-plan.ts";
import { readStartFile, START_FILE_API_VERSION, START_FILE_KIND } from "../../start/start-file.ts";
import { addSettingOptions, wishesOf } from "../../start/start-options.ts";
import { startSettings, type StartWishes, type WaitPart } from "../../start/start-settings.ts";
import { waitForPods } from "../../start/wait-for-pods.ts";
import { stepDisplay } from "../../step-display.ts";

interface StartOptions extends ClusterNameOptions {
  readonly config?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly output?: "json" | undefined;
  readonly kubeconfig: boolean;
  /** The others are read as `start-settings.ts` says. */
  readonly [option: string]: unknown;
}

export const startCommand: CliCommand = {
  configure(command, context) {
    addSettingOptions(addClusterName(command), FLAG_SETTINGS)
      .option("--config <file>", "take options from a YAML file, - for the standard input; flags go first")
      .option("--no-kubeconfig", "leave the kubeconfig alone")
      .option("--dry-run", "only say what the cluster would be")
      .addOption(outputOption())
      .addHelpText("after", EXAMPLES)
      .action(async (options: StartOptions) => await start(options, context));
  },
};

/** Those with an option of the common form: a name has a short one besides, and the kubeconfig is left alone by `--no-kubeconfig`. */
const FLAG_SETTINGS = startSettings.filter(({ key }) => key !== "name" && key !== "kubeconfig");

const EXAMPLES = `
Examples:
  kube start                       a cluster with one node, as context "kube"
  kube start --name two            another one beside it, as context "kube-two"
  kube start --runtime fake        pods that only pretend to run: no Docker needed
  kube start --nodes 3 --ports 8080:30080 --mount ./site:/site
  kube start --wait pods           not done before the pods that were there run again
  kube start --config two.yaml     all of it from a file:

    apiVersion: ${START_FILE_API_VERSION}
    kind: ${START_FILE_KIND}
    name: two
    nodes: 3
    ports: ["8080:30080"]
    mounts: ["./site:/site"]

What it is not told, "kube config set" may have set for new clusters. Ports and mounts of a running cluster change at once, the ports of
the API server and of Ingresses, files and further nodes at its next start.`;

async function start(options: StartOptions, context: CliContext): Promise<void> {
  const flags = { ...wishesOf(options, FLAG_SETTINGS), ...(options.kubeconfig ? {} : { kubeconfig: false }) };
  const file = options.config === undefined ? {} : await readStartFile(options.config, context.cwd);
  const defaults = await readDefaults(context.env);
  const wishes: StartWishes = { ...file, ...flags };
  const name = await chosenCluster({ ...options, name: options.name ?? options.profile ?? file.name }, context);
  const directory = dataDirectory(name, kubeHome(context.env));
  if (options.dryRun) return await showPlan({ directory, wishes, defaults, output: options.output }, context);
  const { wait = "nodes", waitTimeout = LONGEST_WAIT_MS, kubeconfig = true } = { ...defaults, ...wishes };
  const reports: StepReport[] = [];
  using display = options.output === "json" ? quiet : stepDisplay(context);
  const onStep = (report: StepReport): void => {
    if (report.state !== "started") reports.push(report);
    display.onStep(report);
  };
  const wasRunning = await ensureRunning({ directory, wishes, defaults, wait, waitTimeout }, { ...context, onStep });
  if (wasRunning) await takeUp(directory, wishes, { ...context, onStep });
  if (kubeconfig) await publishContext(directory, { ...context, onStep });
  if (wait === "pods") await waitForPods(directory, { timeoutMs: waitTimeout, onStep }, context);
  const status = await clusterStatus(directory);
  if (options.output === "json") {
    context.stdout.write(
      `${JSON.stringify({ ...status, steps: reports.map((each) => ({ name: each.step, ms: each.ms })) }, undefined, 2)}\n`,
    );
    return;
  }
  context.stdout.write(
    `Cluster "${name}" ${wasRunning ? "is already running" : "is running"} at ${status.apiServer}\n`,
  );
}

/** As minikube's. */
const LONGEST_WAIT_MS = 6 * 60_000;

type StartContext = CliContext & { readonly onStep: StepListener };

interface WantedStart {
  readonly directory: DataDirectory;
  readonly wishes: StartWishes;
  readonly defaults: StartWishes;
  readonly wait: WaitPart;
  readonly waitTimeout: number;
}

/** Whether the cluster ran before: whoever starts it at the same time counts as before. */
async function ensureRunning(wanted: WantedStart, context: StartContext): Promise<boolean> {
  const { directory, wishes, defaults } = wanted;
  const home = kubeHome(context.env);
  for (;;) {
    using settled = await settleConfig({ directory, wishes, defaults, home, clock: context.clock });
    if (settled && (await launchOrDiscard(wanted, settled, context))) return false;
    if (await becomesReady(directory, context)) return true;
  }
}

async function launchOrDiscard(
  { directory, wait, waitTimeout }: WantedStart,
  settled: SettledConfig,
  context: StartContext,
) {
  try {
    return await launchServer(directory, { ...context, until: STEP_OF_PART[wait], timeoutMs: waitTimeout });
  } catch (error) {
    if (settled.isNew) await discardCluster(directory, context.clock);
    throw error;
  }
}

const STEP_OF_PART = { apiserver: API_SERVER_STEP, nodes: READY_STEP, pods: READY_STEP } as const;

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

/** What a running cluster can take up it gets; anything else is refused. One that is paused goes on. */
async function takeUp(directory: DataDirectory, wishes: StartWishes, context: StartContext): Promise<void> {
  const config = await readConfig(directory);
  const changes = config ? wantedChanges(config, wishes) : [];
  if (config) checkChangesWhileRunning(config, changes);
  using owned = await ownedCluster(directory.cluster, context);
  if ((await runningServer(directory))?.state === "paused")
    await step("Going on", context.onStep, async () => await owned.send("POST", "/unpause"));
  if (changes.length === 0) return;
  await step(`Changes of ${changes.map(({ setting }) => setting.flag).join(", ")}`, context.onStep, async () => {
    const settings = changes.map(({ setting, to }) => [setting.key, setting.fromText(to)]);
    await owned.send("PATCH", "/settings", Object.fromEntries(settings));
  });
}

const quiet = { onStep() {}, [Symbol.dispose]() {} };

function shortened(path: string, env: CliContext["env"]): string {
  const home = env["HOME"];
  return home !== undefined && home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
