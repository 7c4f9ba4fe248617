import { apiError, badRequest } from "../api/api-error.ts";
import type { ClusterControl } from "../apiserver/cluster-control.ts";
import { isJsonObject, type JsonValue } from "../lib/json/json-value.ts";
import { UserError } from "../lib/user-error.ts";
import { isRuntimeError } from "../node/runtime/runtime-error.ts";
import type { Addons } from "./addons/addons.ts";
import type { ClusterActivity } from "./cluster-activity.ts";
import type { ConfigKeeper } from "./config/config-keeper.ts";
import type { ClusterConfig } from "./config/config.ts";
import { clusterSettings, SettingError } from "./config/settings.ts";
import type { ClusterWishes } from "./config/wishes.ts";
import type { PublishedPorts } from "./published-ports.ts";

/** The parts of a running cluster that its owner can change. */
export interface LiveParts {
  readonly config: ConfigKeeper;
  readonly publishedPorts: PublishedPorts;
  /** Undefined while the cluster starts. */
  readonly addons: () => Addons | undefined;
  readonly activity: ClusterActivity;
}

export function liveControl(parts: LiveParts): ClusterControl {
  return {
    async change(settings) {
      const wishes = liveWishes(settings);
      const { ports, addons: switched, ...others } = wishes;
      const addons = { ...parts.config.current.addons, ...switched };
      if (ports) await refusing(() => parts.publishedPorts.apply(ports));
      if (switched) {
        const running = parts.addons();
        if (!running) throw apiError("ServiceUnavailable", "the cluster is still starting");
        await refusing(() => running.apply(addons));
      }
      await parts.config.change({ ...others, ...(ports && { ports }), addons });
    },
    pause: async () => await refusing(() => parts.activity.pause()),
    unpause: async () => await refusing(() => parts.activity.unpause()),
  };
}

type LiveSettings = Partial<Pick<ClusterConfig, "ports" | "mounts">> & Pick<ClusterWishes, "addons">;

/** What a running cluster can take up: of what it cannot, the command line tells the user before it asks. */
function liveWishes(settings: JsonValue): LiveSettings {
  if (!isJsonObject(settings)) throw badRequest("the settings must be an object");
  const entries = Object.entries(settings).map(([key, value = null]) => {
    const setting = clusterSettings.find((each) => each.key === key && each.change === "live");
    if (!setting) throw badRequest(`${JSON.stringify(key)} is no setting that a running cluster takes up`);
    return [key, readSetting(key, () => setting.read(value))] as const;
  });
  // Each value was read by the setting of its key.
  return Object.fromEntries(entries) as LiveSettings;
}

function readSetting(key: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingError) throw badRequest(`${key} ${error.message}`);
    throw error;
  }
}

/** What the user can mend reaches them with its own words. */
async function refusing(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof UserError) throw badRequest(error.message);
    if (isRuntimeError(error)) throw apiError("ServiceUnavailable", error.message);
    throw error;
  }
}
