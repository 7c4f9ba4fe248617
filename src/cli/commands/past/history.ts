import { goDuration } from "../../../lib/go/go-duration.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { booleanFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { allNamespacesFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { changeDiff, changeLine } from "../../past/change-text.ts";
import { type Change, changePage, historySummary, pastRevision } from "../../past/past-client.ts";

const historyFlags = {
  "all-namespaces": allNamespacesFlag,
  all: booleanFlag("Tell heartbeats and events too, which are left out unless they are asked for."),
  diff: booleanFlag("Show what each change changed. The default for one object."),
  limit: integerFlag("How many changes to tell, the newest ones.", { default: 20 }),
  output: stringFlag("For programs: json or yaml.", { short: "o" }),
  "show-secrets": booleanFlag("If true, do not mask secret values in diffs."),
  since: stringFlag("Only what changed after this time or revision."),
};

type HistoryInvocation = Invocation<typeof historyFlags>;

export const historyCommand = kubectlCommand({
  usage: "[TYPE [NAME] | TYPE/NAME] [-n NAMESPACE | -A] [--diff]",
  flags: historyFlags,
  examples: `  kube history                              the last changes of anything, and who made them
  kube history deployment web               of one object, each with its diff
  kube history configmaps -A --since 10m    of a kind, in the last ten minutes
  kube history -n shop --diff               in a namespace, with diffs

What changed is remembered for an hour (kube start --history) in clusters that kube starts.
kube get --at 10m shows what was then, kube rewind --to 10m goes back to it.`,
  run: history,
});

/** Renewed all the time, and telling nothing. */
const HEARTBEATS: ReadonlySet<string> = new Set(["leases", "events"]);

const PAGE = 200;

async function history(invocation: HistoryInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  if (!["", "json", "yaml"].includes(flags.output))
    throw new UserError(`unknown format ${JSON.stringify(flags.output)}: -o takes json or yaml`);
  if (flags.limit < 1) throw new UserError("--limit must be at least 1");
  const changes = await wantedChanges(invocation);
  if (flags.output !== "") {
    context.stdout.write(
      flags.output === "json" ? `${JSON.stringify({ changes }, undefined, 2)}\n` : yamlText({ changes }),
    );
    return;
  }
  if (changes.length === 0) {
    const { oldestAt, keepMs } = await historySummary(await session.transport());
    const since = oldestAt === undefined ? goDuration(keepMs) : `since ${oldestAt}`;
    context.stdout.write(`Nothing changed ${oldestAt === undefined ? `within ${since}` : since}\n`);
    return;
  }
  const showsDiffs = flags.diff || nameOf(invocation) !== "";
  for (const change of changes.toReversed()) {
    context.stdout.write(`${changeLine(change)}\n`);
    if (showsDiffs) context.stdout.write(indented(changeDiff(change, flags["show-secrets"])));
  }
}

const indented = (text: string): string =>
  text === ""
    ? ""
    : `${text
        .trimEnd()
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n")}\n`;

const nameOf = ({ args }: HistoryInvocation): string => args[1] ?? args[0]?.split("/")[1] ?? "";

async function wantedChanges(invocation: HistoryInvocation): Promise<readonly Change[]> {
  const { args, flags, session, isGiven } = invocation;
  if (args.length > 2 || (args.length === 2 && args[0]?.includes("/")))
    throw usageError(invocation, "name one type or object");
  const transport = await session.transport();
  const { namespace, isNamespaceExplicit } = await session.target();
  const type = args[0]?.split("/")[0];
  const mapping = type === undefined ? undefined : (await session.mapper()).resourceFor(type);
  const scope =
    flags["all-namespaces"] || (mapping === undefined && !isNamespaceExplicit && !isGiven("namespace" as never))
      ? ""
      : namespace;
  const after = flags.since === "" ? 0 : await pastRevision(session, flags.since);
  const query = {
    group: mapping?.group,
    resource: mapping?.resource,
    namespace: mapping?.namespaced === true ? scope || undefined : undefined,
    name: nameOf(invocation) || undefined,
    limit: String(PAGE),
  };
  const found: Change[] = [];
  for (let before: number | undefined; found.length < flags.limit;) {
    // oxlint-disable-next-line no-await-in-loop -- a page names the next one
    const { changes, next } = await changePage(transport, { ...query, before: before?.toString() });
    found.push(
      ...changes.filter(
        ({ revision, resource, namespace: its = "" }) =>
          revision > after &&
          (mapping !== undefined || flags.all || !HEARTBEATS.has(resource)) &&
          (mapping !== undefined || scope === "" || its === scope),
      ),
    );
    if (next === undefined || next <= after) break;
    before = next;
  }
  return found.slice(0, flags.limit);
}
