import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import { type CliCommand, ExitError } from "../../command.ts";
import { runChecks } from "../../doctor/check.ts";
import { checks } from "../../doctor/checks.ts";
import { examine } from "../../doctor/patient.ts";
import { reportText } from "../../doctor/report-text.ts";

export const doctorCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText("after", HELP);
    addClusterName(command)
      .addOption(outputOption())
      .action(async (options: ClusterNameOptions & { output?: "json" }) => {
        const cluster = await chosenCluster(options, context);
        const reports = await runChecks(checks, examine(cluster, context), context.clock);
        const text = options.output === "json" ? jsonText(cluster, reports) : reportText(reports);
        context.stdout.write(text);
        if (reports.some(({ result }) => result === "failure")) throw new ExitError(1);
      });
  },
};

const jsonText = (cluster: string, reports: Awaited<ReturnType<typeof runChecks>>): string =>
  `${JSON.stringify({ cluster, checks: reports }, undefined, 2)}\n`;

const HELP = `
Examples:
  kube doctor                      whether this machine can run a cluster, and the one it has is well
  kube doctor --name two           the same of another cluster
  kube doctor -o json              for programs

Each check is ok, a warning (a cluster works, with something missing), a failure (something does not work) or skipped. What mends it
stands below it. Nothing is changed, and no cluster has to be there. The exit code is 0 when nothing failed, 1 otherwise.`;
