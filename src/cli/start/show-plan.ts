import { planConfig } from "../../cluster/config/choose-config.ts";
import { type ClusterConfig, readConfig } from "../../cluster/config/config.ts";
import { type DataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import { checkChangesWhileRunning, settingTexts, wantedChanges } from "../../cluster/config/setting-changes.ts";
import { clusterStatus } from "../../cluster/process/cluster-status.ts";
import type { CliContext } from "../context.ts";
import type { StartWishes } from "./start-settings.ts";

interface WantedPlan {
  readonly directory: DataDirectory;
  readonly wishes: StartWishes;
  readonly defaults: StartWishes;
  readonly output: "json" | undefined;
}

/** Says what a start would make of the cluster, with the refusals it would meet, and changes nothing. */
export async function showPlan(
  { directory, wishes, defaults, output }: WantedPlan,
  context: CliContext,
): Promise<void> {
  const { state } = await clusterStatus(directory);
  const present = await readConfig(directory);
  const changes = present ? wantedChanges(present, wishes) : [];
  const isRunning = state !== "Stopped" && state !== "Nonexistent";
  if (present && isRunning) checkChangesWhileRunning(present, changes);
  const { config, isNew } =
    isRunning && present
      ? { config: present, isNew: false }
      : await planConfig({ directory, wishes, defaults, home: kubeHome(context.env) });
  const changed = changes.map(({ setting, from, to }) => ({ setting: setting.flag, from, to }));
  if (output === "json") {
    const settings = Object.fromEntries(settingTexts(config));
    const plan = { name: directory.cluster, state, isNew, settings, changes: changed };
    context.stdout.write(`${JSON.stringify(plan, undefined, 2)}\n`);
    return;
  }
  context.stdout.write(planText(config, { state, isNew, changed, root: directory.root }));
}

interface Plan {
  readonly state: string;
  readonly isNew: boolean;
  readonly changed: readonly { readonly setting: string; readonly from: string; readonly to: string }[];
  readonly root: string;
}

function planText(config: ClusterConfig, { state, isNew, changed, root }: Plan): string {
  const head = isNew
    ? `Cluster "${config.name}" would be made in ${root}`
    : `Cluster "${config.name}" is ${state.toLowerCase()}`;
  const settings = settingTexts(config).map(([key, text]) => `  ${key.padEnd(20)}${text}\n`);
  const changes = changed.map(({ setting, from, to }) => `  --${setting} would change from ${from} to ${to}\n`);
  return `${head}\n${settings.join("")}${changes.join("")}Nothing was changed\n`;
}
