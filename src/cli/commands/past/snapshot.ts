import { type Command } from "commander";

import { readConfig } from "../../../cluster/config/config.ts";
import { dataDirectory, type DataDirectory, exists, kubeHome } from "../../../cluster/config/data-directory.ts";
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
import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";
import { stepDisplay } from "../../step-display.ts";

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
    subcommand(command, "save", "Save the state of the cluster", context)
      .argument("[snapshot]", "its name (default: the time)")
      .option("--volumes", "also what persistent volumes hold")
      .action(async (snapshot: string | undefined, options: SaveOptions) => await save(snapshot, options, context));
    subcommand(command, "list", "List the snapshots of the cluster", context)
      .addOption(outputOption())
      .action(async (options: ClusterNameOptions & { output?: "json" }) => await list(options, context));
    subcommand(command, "restore", "Make the cluster what it was when the snapshot was saved", context)
      .argument("<snapshot>", "its name")
      .option("--volumes", "also what persistent volumes held")
      .action(async (snapshot: string, options: SaveOptions) => await restore(snapshot, options, context));
    subcommand(command, "delete", "Delete a snapshot", context)
      .argument("<snapshot>", "its name")
      .action(async (snapshot: string, options: ClusterNameOptions) => {
        await deleteSnapshot(await directoryOf(options, context), snapshot);
        context.stdout.write(`Snapshot "${snapshot}" is deleted\n`);
      });
  },
};

interface SaveOptions extends ClusterNameOptions {
  readonly volumes?: boolean;
}

function subcommand(command: Command, name: string, summary: string, context: CliContext): Command {
  return addClusterName(
    command
      .command(name)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text),
      })
      .description(summary)
      .addHelpText("after", `\nExamples:\n  kube snapshot ${name}${name === "list" ? "" : " before-upgrade"}`),
  );
}

async function directoryOf(options: ClusterNameOptions, context: CliContext): Promise<DataDirectory> {
  const name = await chosenCluster(options, context);
  const directory = dataDirectory(name, kubeHome(context.env));
  if (!(await exists(directory)))
    throw new UserError(`There is no cluster "${name}"`, { hint: "kube list shows what there is" });
  return directory;
}

const timeName = (now: number): string =>
  new Date(now).toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");

async function save(given: string | undefined, options: SaveOptions, context: CliContext): Promise<void> {
  const directory = await directoryOf(options, context);
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
  const snapshots = await listSnapshots(await directoryOf(options, context));
  if (options.output === "json") return void context.stdout.write(`${JSON.stringify(snapshots, undefined, 2)}\n`);
  if (snapshots.length === 0) return void context.stdout.write('No snapshots; "kube snapshot save" makes one\n');
  const rows = snapshots.map((each) => [
    each.name,
    each.savedAt.replace(/\.\d+Z$/, "Z"),
    String(each.revision),
    String(each.objects),
    sizeText(each.bytes),
    each.hasVolumes ? "yes" : "no",
  ]);
  const all = [["NAME", "SAVED", "REVISION", "OBJECTS", "SIZE", "VOLUMES"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  context.stdout.write(
    all
      .map(
        (row) =>
          `${row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("   ")
            .trimEnd()}\n`,
      )
      .join(""),
  );
}

const LONGEST_START_MS = 6 * 60_000;

async function restore(snapshot: string, options: SaveOptions, context: CliContext): Promise<void> {
  const directory = await directoryOf(options, context);
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
