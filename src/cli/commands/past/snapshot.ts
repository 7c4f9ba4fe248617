import { type Command } from "commander";

import { readConfig } from "../../../cluster/config/config.ts";
import { launchServer, READY_STEP, stopServer } from "../../../cluster/process/launcher.ts";
import { runningServer } from "../../../cluster/process/server-record.ts";
import {
  checkSnapshotName,
  deleteSnapshot,
  findSnapshot,
  listSnapshots,
  restoreSnapshot,
  saveStopped,
  saveVolumes,
} from "../../../cluster/snapshots/snapshots.ts";
import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { existingCluster } from "../../owner/existing-cluster.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";
import { TabWriter } from "../../printers/tab-writer.ts";
import { stepDisplay } from "../../step-display.ts";
import { subcommand } from "../../subcommand.ts";

export const snapshotCommand: CliCommand = {
  configure(command, context) {
    command.helpCommand(false);
    command.addHelpText(
      "after",
      `
Examples:
  kube snapshot save before-upgrade        all objects, as they are now; the cluster goes on
  kube snapshot save full --volumes        and what persistent volumes hold
  kube snapshot list
  kube snapshot restore before-upgrade     everything as it was; a running cluster is stopped and started for it
  kube snapshot delete before-upgrade

kube rewind --to before-upgrade goes back to the objects of a snapshot without a stop.`,
    );
    add(command, "save", "Save the state of the cluster", "kube snapshot save before-upgrade")
      .argument("[snapshot]", "its name (default: the time)")
      .option("--volumes", "also what persistent volumes hold")
      .action(async (snapshot: string | undefined, options: SaveOptions) => await save(snapshot, options, context));
    add(command, "list", "List the snapshots of the cluster", "kube snapshot list")
      .addOption(outputOption())
      .action(async (options: ClusterNameOptions & { output?: "json" }) => await list(options, context));
    add(
      command,
      "restore",
      "Make the cluster what it was when the snapshot was saved",
      "kube snapshot restore before-upgrade",
    )
      .argument("<snapshot>", "its name")
      .option("--volumes", "also what persistent volumes held")
      .action(async (snapshot: string, options: SaveOptions) => await restore(snapshot, options, context));
    add(command, "delete", "Delete a snapshot", "kube snapshot delete before-upgrade")
      .argument("<snapshot>", "its name")
      .action(async (snapshot: string, options: ClusterNameOptions) => {
        await deleteSnapshot(await existingCluster(options, context), snapshot);
        context.stdout.write(`Snapshot "${snapshot}" is deleted\n`);
      });
  },
};

interface SaveOptions extends ClusterNameOptions {
  readonly volumes?: boolean;
}

const add = (command: Command, name: string, summary: string, example: string): Command =>
  addClusterName(subcommand(command, name, summary, example));

const timeName = (now: number): string =>
  new Date(now).toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");

async function save(given: string | undefined, options: SaveOptions, context: CliContext): Promise<void> {
  const directory = await existingCluster(options, context);
  const { volumes } = options;
  const snapshot = given ?? timeName(context.clock.now());
  checkSnapshotName(snapshot);
  if (await runningServer(directory)) {
    using owned = await ownedCluster(directory.cluster, context);
    await owned.send("POST", `/snapshots/${snapshot}`);
  } else if ((await readConfig(directory))?.store === "memory")
    throw new UserError("The cluster keeps its state in memory, and it is stopped: there is nothing to save");
  else await saveStopped(directory, snapshot, context.clock);
  if (volumes) await saveVolumes(directory, snapshot);
  const { objects, revision, bytes } = await findSnapshot(directory, snapshot);
  context.stdout.write(
    `Snapshot "${snapshot}" has ${objects} objects of revision ${revision}, ${sizeText(bytes)}. ${
      volumes ? "The contents of volumes are in it" : "Not in it: the contents of volumes (--volumes), images and keys"
    }\n`,
  );
}

async function list(options: ClusterNameOptions & { readonly output?: "json" }, context: CliContext): Promise<void> {
  const snapshots = await listSnapshots(await existingCluster(options, context));
  if (options.output === "json") return void context.stdout.write(`${JSON.stringify(snapshots, undefined, 2)}\n`);
  if (snapshots.length === 0) return void context.stdout.write('No snapshots; "kube snapshot save" makes one\n');
  const table = new TabWriter((text) => context.stdout.write(text));
  table.write("NAME\tSAVED\tREVISION\tOBJECTS\tSIZE\tVOLUMES\n");
  for (const { name, savedAt, revision, objects, bytes, hasVolumes } of snapshots) {
    const saved = savedAt.replace(/\.\d+Z$/, "Z");
    table.write(`${name}\t${saved}\t${revision}\t${objects}\t${sizeText(bytes)}\t${hasVolumes ? "yes" : "no"}\n`);
  }
  table.flush();
}

const LONGEST_START_MS = 6 * 60_000;

async function restore(snapshot: string, options: SaveOptions, context: CliContext): Promise<void> {
  const directory = await existingCluster(options, context);
  const { volumes = false } = options;
  await findSnapshot(directory, snapshot);
  if ((await readConfig(directory))?.store === "memory")
    throw new UserError("A cluster that keeps its state in memory cannot be restored", {
      hint: `kube rewind --to ${snapshot} brings its objects back`,
    });
  const wasRunning = await stopServer(directory, context.clock);
  const safety = `before-restore-${timeName(context.clock.now())}`;
  await restoreSnapshot(directory, snapshot, { safety, volumes, clock: context.clock });
  if (wasRunning) {
    using display = stepDisplay(context);
    await launchServer(directory, {
      until: READY_STEP,
      timeoutMs: LONGEST_START_MS,
      clock: context.clock,
      signal: context.signal,
      onStep: (report) => display.onStep(report),
    });
  }
  context.stdout.write(
    `Cluster "${directory.cluster}" is what it was when "${snapshot}" was saved${wasRunning ? ", and runs again" : ""}. What it was before is saved as "${safety}"\n`,
  );
}

const sizeText = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
