import { badRequest } from "../../api/api-error.ts";
import type { TimeTravel } from "../../apiserver/time-travel.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { Store } from "../../store/store.ts";
import type { ClusterConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { writeSnapshot } from "./snapshots.ts";

export interface TimeTravelParts {
  readonly store: Store;
  readonly config: ClusterConfig;
  readonly directory: DataDirectory;
  readonly clock: Clock;
}

export function timeTravel({ store, config, directory, clock }: TimeTravelParts): TimeTravel {
  return {
    keepMs: config.history,
    keepBytes: config.historySize,
    saveSnapshot: async (name) => {
      try {
        return await writeSnapshot(directory, name, store, clock);
      } catch (error) {
        throw error instanceof UserError ? badRequest(error.message) : error;
      }
    },
  };
}
