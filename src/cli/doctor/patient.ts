import { type PlannedConfig, planConfig } from "../../cluster/config/choose-config.ts";
import { readConfig, type ClusterConfig } from "../../cluster/config/config.ts";
import { type DataDirectory, dataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import { type EngineReport, engineReport } from "../../cluster/engine/engine-report.ts";
import { runningServer, type ServerRecord } from "../../cluster/process/server-record.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { readDefaults } from "../start/defaults.ts";

/** What checks look at. What several of them ask is asked once. */
export interface Patient {
  readonly env: CliContext["env"];
  readonly clock: Clock;
  readonly isRoot: boolean;
  /** Of the cluster in question, whether or not there is one. */
  readonly directory: DataDirectory;
  /** Undefined when it was never started. */
  cluster(): Promise<ClusterConfig | undefined>;
  /** Undefined when it does not run. */
  server(): Promise<ServerRecord | undefined>;
  /** The settings that `kube start` would start it with now. */
  plan(): Promise<PlannedConfig>;
  /** Whether pods run, or only pretend to. */
  runsContainers(): Promise<boolean>;
  /** Throws UserError when Docker does not answer. */
  engine(): Promise<EngineReport>;
}

/** Less than the checks have that ask for it, so that they can say what they could not see. */
const ENGINE_TIMEOUT_MS = 4000;

export function examine(name: string, { env, clock }: Pick<CliContext, "env" | "clock">): Patient {
  const home = kubeHome(env);
  const directory = dataDirectory(name, home);
  const cluster = once(() => readConfig(directory));
  return {
    env,
    clock,
    isRoot: process.getuid?.() === 0,
    directory,
    cluster,
    server: once(() => runningServer(directory)),
    plan: once(async () => await planConfig({ directory, wishes: {}, defaults: await readDefaults(env), home })),
    runsContainers: once(async () => {
      const config = (await cluster()) ?? (await readDefaults(env));
      return config.runtime !== "fake";
    }),
    engine: once(async () => await engineInTime(env, clock)),
  };
}

async function engineInTime(env: CliContext["env"], clock: Clock): Promise<EngineReport> {
  const abort = new AbortController();
  using _ = clock.setTimeout(() => abort.abort(), ENGINE_TIMEOUT_MS);
  return await engineReport(env, { clock, signal: abort.signal });
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

/** Undefined when it cannot be had: the check of Docker says why. */
export const engineIfThere = async (patient: Patient): Promise<EngineReport | undefined> =>
  await patient.engine().catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
