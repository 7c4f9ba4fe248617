import { Option } from "commander";

import { settleConfig } from "../../../cluster/config/choose-config.ts";
import { dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { clusterSettings } from "../../../cluster/config/settings.ts";
import { READY_STEP } from "../../../cluster/process/launcher.ts";
import { alreadyRunning, runServer } from "../../../cluster/process/run-server.ts";
import type { StepListener } from "../../../cluster/process/steps.ts";
import { createLogger, type LogLevel } from "../../../lib/logger.ts";
import { RotatingFile } from "../../../lib/rotating-file.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import { type CliCommand, ExitError } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { readDefaults } from "../../start/defaults.ts";
import { readStartFile } from "../../start/start-file.ts";
import { addSettingOptions, wishesOf } from "../../start/start-options.ts";
import { stepDisplay } from "../../step-display.ts";

interface ServerOptions extends ClusterNameOptions {
  readonly config?: string | undefined;
  readonly report?: string | undefined;
  readonly logLevel: LogLevel;
  /** The others are read as `settings.ts` says. */
  readonly [option: string]: unknown;
}

/** As much as the kubelet keeps of a container's log. */
const LOG_LIMITS = { maxBytes: 10 * 2 ** 20, maxOldFiles: 4 };

export const serverCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText("after", "\nExamples:\n  kube server --name ci            in the foreground, until Ctrl-C");
    addSettingOptions(addClusterName(command), clusterSettings)
      .option("--config <file>", "take options from a YAML file, as start does; flags go first")
      .addOption(
        new Option("--log-level <level>", "how much is logged")
          .choices(["debug", "info", "warn", "error"])
          .default("info"),
      )
      // For the launcher: steps as lines of JSON, and after this one the stream is closed.
      .addOption(new Option("--report <step>").hideHelp())
      .action(async (options: ServerOptions) => await serve(options, context));
  },
};

async function serve(options: ServerOptions, context: CliContext): Promise<void> {
  const { clock, signal } = context;
  const home = kubeHome(context.env);
  const file = options.config === undefined ? {} : await readStartFile(options.config, context.cwd);
  const name = await chosenCluster({ ...options, name: options.name ?? options.profile ?? file.name }, context);
  const directory = dataDirectory(name, home);
  const wishes = { ...file, ...wishesOf(options, clusterSettings) };
  using settled = await settleConfig({ directory, wishes, defaults: await readDefaults(context.env), home, clock });
  if (!settled) throw alreadyRunning(directory);
  const { config } = settled;
  const { report, logLevel } = options;
  const logFile = new RotatingFile(directory.log, LOG_LIMITS);
  const write =
    report === undefined ? (line: string) => void context.stderr.write(line) : (line: string) => logFile.append(line);
  const log = createLogger({ level: logLevel, now: () => clock.now(), write });
  const tell = report === undefined ? stepDisplay(context).onStep : jsonLines(context.stdout, report);
  const onStep: StepListener = (each) => {
    // What it chose can be seen by now.
    if (each.step === READY_STEP) settled[Symbol.dispose]();
    tell(each);
  };
  const exitCode = await runServer({ directory, config, clock, log, signal, onStep });
  if (exitCode !== 0) throw new ExitError(exitCode);
}

/** After the last step nobody reads any more. */
function jsonLines(stdout: NodeJS.WritableStream, last: string): StepListener {
  let isOver = false;
  return (report) => {
    if (isOver) return;
    stdout.write(`${JSON.stringify(report)}\n`);
    isOver = report.step === last && report.state === "done";
    if (isOver) stdout.end();
  };
}
