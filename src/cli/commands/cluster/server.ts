import { Option } from "commander";

import { type ClusterWishes, settleConfig } from "../../../cluster/config/choose-config.ts";
import { dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { READY_STEP } from "../../../cluster/process/launcher.ts";
import { alreadyRunning, runServer } from "../../../cluster/process/run-server.ts";
import type { StepListener } from "../../../cluster/process/steps.ts";
import { createLogger, type LogLevel } from "../../../lib/logger.ts";
import { RotatingFile } from "../../../lib/rotating-file.ts";
import { clusterNameOption } from "../../cluster-options.ts";
import { type CliCommand, ExitError } from "../../command.ts";
import { stepDisplay } from "../../step-display.ts";
import { addWishOptions } from "./start.ts";

interface ServerOptions extends ClusterWishes {
  readonly name: string;
  readonly report?: "json" | undefined;
  readonly logLevel: LogLevel;
}

/** As much as the kubelet keeps of a container's log. */
const LOG_LIMITS = { maxBytes: 10 * 2 ** 20, maxOldFiles: 4 };

export const serverCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText("after", "\nExamples:\n  kube server --name ci            in the foreground, until Ctrl-C");
    addWishOptions(command.addOption(clusterNameOption()))
      .addOption(
        new Option("--log-level <level>", "how much is logged")
          .choices(["debug", "info", "warn", "error"])
          .default("info"),
      )
      // For the launcher: steps as lines of JSON, then the stream is closed.
      .addOption(new Option("--report <format>").choices(["json"]).hideHelp())
      .action(async (options: ServerOptions) => {
        const home = kubeHome(context.env);
        const directory = dataDirectory(options.name, home);
        const settled = await settleConfig({ directory, wishes: options, home, clock: context.clock });
        if (!settled) throw alreadyRunning(directory);
        const { config } = settled;
        const logFile = new RotatingFile(directory.log, LOG_LIMITS);
        const write =
          options.report === "json"
            ? (line: string) => logFile.append(line)
            : (line: string) => void context.stderr.write(line);
        const log = createLogger({ level: options.logLevel, now: () => context.clock.now(), write });
        const exitCode = await runServer({
          directory,
          config,
          clock: context.clock,
          log,
          signal: context.signal,
          onStep: options.report === "json" ? jsonLines(context.stdout) : stepDisplay(context).onStep,
        });
        if (exitCode !== 0) throw new ExitError(exitCode);
      });
  },
};

/** After the last step nobody reads any more. */
function jsonLines(stdout: NodeJS.WritableStream): StepListener {
  return (report) => {
    stdout.write(`${JSON.stringify(report)}\n`);
    if (report.step === READY_STEP && report.state === "done") stdout.end();
  };
}
