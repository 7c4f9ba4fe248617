import { UserError } from "../../../lib/user-error.ts";
import { prunableObjects, pruneMappings } from "../../apply/prune.ts";
import { ExitError } from "../../command.ts";
import { DiffFolders, type DiffOptions, diffPair, prunedPair, runDiffProgram } from "../../diff/diff-objects.ts";
import type { ResourceMapping } from "../../discovery/resource-mapping.ts";
import { showError } from "../../error-message.ts";
import { arrayFlag, booleanFlag, integerFlag } from "../../flags/flag.ts";
import { atFlag, fieldManagerFlag, filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { metadataOf, nameOf, textIn, type ApiObject } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { type ManifestEntry, manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { throwAll, visitEach } from "../../objects/visit.ts";
import { shownStates } from "../../past/change-text.ts";
import { pastQuery } from "../../past/past-client.ts";

const diffFlags = {
  ...filenameFlags,
  at: atFlag,
  concurrency: integerFlag("Number of objects to process in parallel when diffing against the live version.", {
    default: 1,
  }),
  "field-manager": fieldManagerFlag("kubectl-client-side-apply"),
  "force-conflicts": booleanFlag("If true, server-side apply will force the changes against conflicts."),
  prune: booleanFlag(
    "Include resources that would be deleted by pruning. Can be used with -l and default shows all resources would be pruned",
  ),
  "prune-allowlist": arrayFlag("Overwrite the default allowlist with <group/version/kind> for --prune"),
  selector: selectorFlag,
  "server-side": booleanFlag("If true, apply runs in the server instead of the client."),
  "show-managed-fields": booleanFlag("If true, include managed fields in the diff."),
  "show-secrets": booleanFlag("If true, do not mask secret values in the diff."),
};

/** One is for "there are differences", so errors are two and more. */
const ERROR_EXIT_CODE = 2;

export const diffCommand = kubectlCommand({
  usage: "-f FILENAME | --at TIME|REVISION TYPE [NAME]",
  flags: diffFlags,
  examples: `  kube diff -f app.yaml                      what apply would change
  kube diff --at 10m deployment web          what changed since ten minutes ago
  KUBECTL_EXTERNAL_DIFF="colordiff -u" kube diff -f app.yaml`,
  async run(invocation) {
    const code = await diff(invocation).catch((error: unknown) => {
      throw new ExitError(Math.max(ERROR_EXIT_CODE, showError(error, invocation.context)));
    });
    if (code !== 0) throw new ExitError(code);
  },
});

/** What there was, and what there is. */
async function diffSince(invocation: Invocation<typeof diffFlags>): Promise<number> {
  const { args, flags, session, context } = invocation;
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    allowsTypesAlone: true,
  });
  const transport = await session.transport();
  const then = await loadObjects(transport, selection, {
    query: await pastQuery(session, flags.at),
    ignoresNotFound: true,
  });
  const now = await loadObjects(transport, selection, { ignoresNotFound: true });
  throwAll([...then.errors, ...now.errors]);
  await using folders = await DiffFolders.create();
  const keyOf = ({ mapping, namespace, name }: LoadedObject): string =>
    [mapping.group, mapping.version, mapping.kind, namespace, name].filter((part) => part !== "").join(".");
  const before = new Map(then.objects.map((loaded) => [keyOf(loaded), loaded.object]));
  const after = new Map(now.objects.map((loaded) => [keyOf(loaded), loaded.object]));
  for (const key of new Set([...before.keys(), ...after.keys()]))
    // oxlint-disable-next-line no-await-in-loop -- small files, one after the other
    await folders.writeTexts(key, ...shownStates(before.get(key), after.get(key), flags["show-secrets"]));
  return await runDiffProgram(folders, context);
}

async function diff(invocation: Invocation<typeof diffFlags>): Promise<number> {
  const { args, flags, session, context, isGiven } = invocation;
  if (flags.at !== "") return await diffSince(invocation);
  if (args.length > 0) throw usageError(invocation, `Unexpected args: [${args.join(" ")}]`);
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
  if (flags["force-conflicts"] && !flags["server-side"])
    throw new UserError("--force-conflicts only works with --server-side");
  const serverSide = flags["server-side"];
  const options: DiffOptions = {
    serverSide,
    forceConflicts: flags["force-conflicts"],
    fieldManager: serverSide && !isGiven("field-manager") ? "kubectl" : flags["field-manager"],
    showsManagedFields: flags["show-managed-fields"],
    showsSecrets: flags["show-secrets"],
  };
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    requiresNamespace: true,
  });
  const prunes = flags.prune ? await prunedKinds(invocation) : undefined;
  const transport = await session.transport();
  const live: ApiObject[] = [];
  await using folders = await DiffFolders.create();
  const entries = manifestsOf(selection);
  await visitEach(
    entries,
    async (entry) => {
      const pair = await diffPair(transport, entry, options);
      if (pair.live) live.push(pair.live);
      await folders.write(fileName(entry), pair);
    },
    selection.errors,
  );
  if (prunes) {
    const namespaces = entries.filter(({ mapping }) => mapping.namespaced).map(({ namespace }) => namespace);
    const scope = { mappings: prunes(), namespaces: [...new Set(namespaces)], labelSelector: flags.selector };
    const pruned = await prunableObjects(
      transport,
      scope,
      new Set(live.map((each) => textIn(metadataOf(each), "uid"))),
    );
    await Promise.all(
      pruned.map(async (each) => await folders.write(fileName(each), prunedPair(each.object, options))),
    );
  }
  return await runDiffProgram(folders, context);
}

/** Mistakes in the list are told first; that there is none, later. */
async function prunedKinds({ flags, session, context }: Invocation<typeof diffFlags>) {
  const mapper = await session.mapper();
  const allowlist = flags["prune-allowlist"];
  const listed = allowlist.length > 0 ? pruneMappings(mapper, allowlist, context) : undefined;
  return (): readonly ResourceMapping[] => listed ?? pruneMappings(mapper, [], context);
}

function fileName({ mapping, namespace, object }: Pick<ManifestEntry, "mapping" | "namespace" | "object">): string {
  const { group, version, kind } = mapping;
  return [...(group === "" ? [] : [group]), version, kind, namespace, nameOf(object)].join(".");
}
