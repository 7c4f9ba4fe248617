import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { applyPatch, isEmptyPatch } from "../apply/apply-patch.ts";
import { LAST_APPLIED, withLastApplied } from "../apply/last-applied.ts";
import type { CliContext } from "../context.ts";
import { annotationsOf, type ApiObject, kindOf, withMetadata } from "../objects/api-object.ts";
import { PATCH_TYPES, requestResource } from "../objects/resource-requests.ts";
import type { ManifestEntry } from "../objects/select-objects.ts";
import { type DiffPair, maskedSecret } from "./masked-secrets.ts";

export interface DiffOptions {
  readonly serverSide: boolean;
  readonly forceConflicts: boolean;
  readonly fieldManager: string;
  readonly showsManagedFields: boolean;
  readonly showsSecrets: boolean;
}

/** Two folders that a program compares: what is, and what would be. */
export class DiffFolders implements AsyncDisposable {
  readonly live: string;
  readonly merged: string;

  private constructor(live: string, merged: string) {
    this.live = live;
    this.merged = merged;
  }

  static async create(): Promise<DiffFolders> {
    return new DiffFolders(await mkdtemp(join(tmpdir(), "LIVE-")), await mkdtemp(join(tmpdir(), "MERGED-")));
  }

  async write(name: string, { live, merged }: DiffPair): Promise<void> {
    await writeFile(join(this.live, name), live ? yamlText(live) : "");
    if (merged) await writeFile(join(this.merged, name), yamlText(merged));
  }

  async writeTexts(name: string, live: string, merged: string): Promise<void> {
    await writeFile(join(this.live, name), live);
    await writeFile(join(this.merged, name), merged);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [this.live, this.merged].map(async (folder) => await rm(folder, { recursive: true, force: true })),
    );
  }
}

/** What the server has, and what it would have after an apply. */
export async function diffPair(
  transport: HttpsTransport,
  entry: ManifestEntry,
  options: DiffOptions,
): Promise<DiffPair> {
  const { mapping, namespace, name } = entry;
  const live = await requestResource(transport, { mapping, namespace, name }, { method: "GET" }).catch(
    (error: unknown) => {
      if (isApiError(error, "NotFound")) return undefined;
      throw error;
    },
  );
  const merged = await mergedObject(transport, entry, live, options);
  const shown = options.showsManagedFields
    ? { live, merged }
    : { live: live && unmanaged(live), merged: unmanaged(merged) };
  return options.showsSecrets ? shown : maskedSecret(shown);
}

const unmanaged = (object: ApiObject): ApiObject => withMetadata(object, { managedFields: undefined });

async function mergedObject(
  transport: HttpsTransport,
  { mapping, namespace, name, object }: ManifestEntry,
  live: ApiObject | undefined,
  { serverSide, forceConflicts, fieldManager }: DiffOptions,
): Promise<ApiObject> {
  const query = { dryRun: "All", fieldManager };
  if (serverSide) {
    return await requestResource(
      transport,
      { mapping, namespace, name },
      {
        method: "PATCH",
        contentType: PATCH_TYPES.apply,
        query: { ...query, force: String(forceConflicts) },
        body: object,
      },
    );
  }
  if (!live) return await requestResource(transport, { mapping, namespace }, { method: "POST", query, body: object });
  const change = applyPatch(mapping, withoutOwnAnnotation(object, live), live);
  if (isEmptyPatch(change)) return live;
  return await requestResource(
    transport,
    { mapping, namespace, name },
    { method: "PATCH", contentType: change.contentType, query, body: change.patch },
  );
}

/** The annotation of the last apply shall not count as a difference: it stays as it is. */
function withoutOwnAnnotation(object: ApiObject, live: ApiObject): ApiObject {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const modified = withLastApplied(object);
  const kept = liveAnnotation(live, annotation);
  const annotations = { ...(modified["metadata"] as { annotations: Record<string, string> }).annotations };
  if (kept === undefined) delete annotations[annotation];
  else annotations[annotation] = kept;
  return withMetadata(modified, { annotations: Object.keys(annotations).length > 0 ? annotations : undefined });
}

function liveAnnotation(live: ApiObject, annotation: string): string | undefined {
  const metadata = live["metadata"] as { annotations?: Record<string, string> } | undefined;
  return metadata?.annotations?.[annotation];
}

/** Of an object that pruning would delete. */
export function prunedPair(object: ApiObject, options: DiffOptions): DiffPair {
  // kubectl shows it as it is, with what manages it; but secrets stay secret.
  if (options.showsSecrets || kindOf(object) !== "Secret") return { live: object, merged: undefined };
  const annotations = { ...annotationsOf(object) };
  if (annotations[LAST_APPLIED] !== undefined) annotations[LAST_APPLIED] = "***";
  return maskedSecret({ live: withMetadata(object, { annotations }), merged: undefined });
}

/** Runs `diff -u -N`, or what $KUBECTL_EXTERNAL_DIFF names; its exit code says whether there are differences. */
export async function runDiffProgram(folders: DiffFolders, context: CliContext): Promise<number> {
  const [program = "diff", ...args] = diffCommand(context.env["KUBECTL_EXTERNAL_DIFF"]);
  const child = spawn(program, [...args, folders.live, folders.merged], {
    env: { ...context.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => context.stdout.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => context.stderr.write(chunk));
  const [code] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === "ENOENT" ? `exec: ${JSON.stringify(program)}: executable file not found in $PATH` : error.message;
    throw new UserError(`failed to run ${JSON.stringify(program)}: ${reason}`, { exitCode: 2 });
  })) as [number | null];
  return code ?? 2;
}

function diffCommand(external: string | undefined): readonly string[] {
  if (!external) return ["diff", "-u", "-N"];
  const [program = "", ...args] = external.split(" ");
  // Others could smuggle in file names: kubectl takes plain options only, too.
  return [program, ...args.filter((arg) => /^[a-zA-Z0-9-=]+$/.test(arg))];
}
