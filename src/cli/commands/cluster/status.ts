import { dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { type ClusterStatus, clusterStatus } from "../../../cluster/process/cluster-status.ts";
import { goDuration } from "../../../lib/go/go-duration.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import { type CliCommand, ExitError } from "../../command.ts";

/** As minikube: a script can ask by the exit code alone. */
const NOT_RUNNING_EXIT_CODE = 7;

export const statusCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText("after", "\nExamples:\n  kube status\n  kube status -o json              for programs");
    addClusterName(command)
      .addOption(outputOption())
      .action(async (options: ClusterNameOptions & { output?: "json" }) => {
        const name = await chosenCluster(options, context);
        const { output } = options;
        const status = await clusterStatus(dataDirectory(name, kubeHome(context.env)));
        context.stdout.write(output === "json" ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status));
        if (status.state !== "Running") throw new ExitError(NOT_RUNNING_EXIT_CODE);
      });
  },
};

function historyText({ keepMs, keepBytes, stateBytes }: NonNullable<ClusterStatus["history"]>): string {
  const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(bytes < 10_485_760 ? 1 : 0)} MiB`;
  return `${goDuration(keepMs)}, up to ${mebibytes(keepBytes)}; the state takes ${mebibytes(stateBytes)} in all`;
}

export function statusText(status: ClusterStatus): string {
  const lines: readonly (readonly [string, string | number | null])[] = [
    ["Cluster", status.name],
    ["State", status.state],
    ["Process", status.pid],
    ["API server", status.apiServer],
    ["Ingress", status.ingress.join(", ") || null],
    ["Context", status.context],
    ["Nodes", status.state === "Nonexistent" ? null : status.nodes],
    ["Runtime", status.runtime],
    ["Store", status.store === "sqlite" ? null : status.store],
    ["Ports", status.ports.join(", ") || null],
    ["Mounts", status.mounts.join(", ") || null],
    ["Pods", status.podRange],
    ["Services", status.serviceRange],
    ["Proxy mode", status.proxyMode],
    ["History", status.history && historyText(status.history)],
    ["Started", status.startedAt],
    ["Kubernetes", status.versions.kubernetes],
    ["kube", status.versions.server ?? status.versions.kube],
    ["Data", status.dataDirectory],
  ];
  return lines
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${`${name}:`.padEnd(13)}${value}\n`)
    .join("");
}
