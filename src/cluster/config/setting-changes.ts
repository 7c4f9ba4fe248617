import { resolve } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import type { HostMount } from "../../node/volumes/host-mount.ts";
import type { ClusterConfig } from "./config.ts";
import { type ClusterSetting, clusterSettings } from "./settings.ts";
import type { ClusterWishes } from "./wishes.ts";

/** A setting that a cluster has, and shall have otherwise. */
export interface SettingChange {
  readonly setting: ClusterSetting;
  /** As they are shown. */
  readonly from: string;
  readonly to: string;
}

/** What of `wishes` is not so already. */
export function wantedChanges(present: ClusterConfig, wishes: ClusterWishes): readonly SettingChange[] {
  return clusterSettings.flatMap((setting) => {
    const wish = wishes[setting.key];
    if (wish === undefined) return [];
    const has = setting.key === "nodes" ? present.nodes.length : present[setting.key];
    const [from, to] = [
      has === undefined ? "none" : setting.text(has),
      setting.text(comparable(setting.key, wish, present)),
    ];
    return from === to ? [] : [{ setting, from, to }];
  });
}

/** Paths are kept in full, as the user's folder is another one the next time. */
function comparable(key: keyof ClusterWishes, wish: unknown, present: ClusterConfig): unknown {
  // Those that are not named stay as they are.
  if (key === "addons") return { ...present.addons, ...(wish as ClusterWishes["addons"]) };
  if (key === "tokenAuthFile" || key === "auditPolicyFile" || key === "staticPodPath") return resolve(String(wish));
  // The key says what it is a list of.
  if (key === "mounts")
    return (wish as readonly HostMount[]).map((each) => ({ ...each, source: resolve(each.source) }));
  return wish;
}

/** The settings of a cluster in words, for people. */
export function settingTexts(config: ClusterConfig): readonly (readonly [key: string, text: string])[] {
  return clusterSettings.flatMap((setting) => {
    const value = setting.key === "nodes" ? config.nodes.length : config[setting.key];
    return value === undefined || setting.text(value) === "" ? [] : [[setting.flag, setting.text(value)] as const];
  });
}

export function cannotEverChange(cluster: string, { setting, from, to }: SettingChange): UserError {
  const why = typeof setting.change === "object" ? `: ${setting.change.never}` : "";
  return new UserError(`Cannot change --${setting.flag} of cluster "${cluster}" from ${from} to ${to}${why}`, {
    hint: `Start another cluster beside it with --name, or remove this one with "kube delete --name ${cluster}"`,
  });
}

/** Refuses what a running cluster cannot take up, with how it can. */
export function checkChangesWhileRunning(config: ClusterConfig, changes: readonly SettingChange[]): void {
  for (const change of changes) {
    const { setting, from, to } = change;
    if (typeof setting.change === "object") throw cannotEverChange(config.name, change);
    if (setting.key === "nodes") {
      throw new UserError(`Cluster "${config.name}" runs with ${from} nodes, not ${to}`, {
        hint: `Add some with "kube node add --name ${config.name}", or remove one with "kube node delete"`,
      });
    }
    if (setting.change === "restart") {
      throw new UserError(`Cannot change --${setting.flag} from ${from} to ${to} while cluster "${config.name}" runs`, {
        hint: `Stop it first: kube stop --name ${config.name}`,
      });
    }
  }
}
