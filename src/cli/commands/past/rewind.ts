import { createInterface } from "node:readline/promises";

import { isApiError } from "../../../api/api-error.ts";
import type { HttpsTransport } from "../../../client/https-transport.ts";
import { dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { snapshotObjects } from "../../../cluster/snapshots/snapshot-objects.ts";
import { UserError } from "../../../lib/user-error.ts";
import { chosenCluster } from "../../cluster-options.ts";
import { groupResource } from "../../discovery/resource-mapping.ts";
import { messageOf } from "../../error-message.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { historySummary, pastRevision } from "../../past/past-client.ts";
import { pastMoment } from "../../past/past-moment.ts";
import { readStates } from "../../rewind/read-states.ts";
import { type RewindAction, rewindPlan, wasComplete } from "../../rewind/rewind-plan.ts";

const rewindFlags = {
  "dry-run": booleanFlag("Show what would be done, and do nothing."),
  name: stringFlag("Of the local cluster that has the snapshot."),
  to: stringFlag("A time (10m, 14:30, RFC 3339), a revision of kube history, or the name of a snapshot."),
  yes: booleanFlag("Do not ask.", { short: "y" }),
};

type RewindInvocation = Invocation<typeof rewindFlags>;

export const rewindCommand = kubectlCommand({
  usage: "--to TIME|REVISION|SNAPSHOT [-n NAMESPACE] [--dry-run] [--yes]",
  flags: rewindFlags,
  examples: `  kube rewind --to 10m --dry-run          what would have to change to be as ten minutes ago
  kube rewind --to 812 -n shop            a namespace, as it was at a revision of kube history
  kube rewind --to before-upgrade --yes   the objects of a snapshot, without asking

The cluster goes on meanwhile. What people made is created, changed and deleted until it is as it was; pods and whatever else controllers
make of it follow by themselves. Nodes, events, leases, tokens and the contents of volumes stay as they are. It is an ordinary change,
made with your permissions: rewinding to the revision before it undoes it.`,
  run: rewind,
});

async function rewind(invocation: RewindInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length > 0 || flags.to === "") throw usageError(invocation, "say to what: --to TIME|REVISION|SNAPSHOT");
  const { namespace, isNamespaceExplicit } = await session.target();
  const before = await historySummary(await session.transport());
  const past = await pastOf(invocation);
  const states = await readStates(session, past, isNamespaceExplicit ? namespace : undefined);
  if (!wasComplete(states))
    throw new UserError("Cannot go back that far: the cluster or namespace was not there yet", {
      hint: "kube history shows what happened since",
    });
  const plan = rewindPlan(states);
  if (plan.length === 0) {
    context.stdout.write("Everything is as it was then\n");
    return;
  }
  context.stdout.write(plan.map((action) => `${WORDS[action.do]} ${named(action)}\n`).join(""));
  if (flags["dry-run"]) return void context.stdout.write(`${summary(plan)}; nothing was done (dry run)\n`);
  if (!flags.yes && !(await agrees(plan, invocation))) throw new UserError("Nothing was changed");
  const failures = await performAll(plan, invocation);
  context.stdout.write(
    `${plan.length - failures} of ${plan.length} done. To undo it: kube rewind --to ${before.revision}\n`,
  );
  if (failures > 0)
    throw new UserError(`${failures} of ${plan.length} could not be done`, {
      hint: "Mend what is said above, and rewind again: what is done is not done twice",
    });
}

const WORDS = { create: "create", update: "change", delete: "delete" };

const named = ({ mapping, namespace, name }: RewindAction): string =>
  `${groupResource(mapping)} ${namespace === "" ? "" : `${namespace}/`}${name}`;

function summary(plan: readonly RewindAction[]): string {
  const count = (what: RewindAction["do"]): number => plan.filter((action) => action.do === what).length;
  return `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete`;
}

async function pastOf({ flags, session, context }: RewindInvocation) {
  if (pastMoment(flags.to, context.clock.now()) !== undefined)
    return { revision: await pastRevision(session, flags.to) };
  const cluster = await chosenCluster({ name: flags.name || undefined }, context);
  const objects = await snapshotObjects(dataDirectory(cluster, kubeHome(context.env)), flags.to);
  // Objects of the API are JSON.
  return { objects: objects as unknown as readonly ApiObject[] };
}

async function agrees(plan: readonly RewindAction[], { context }: RewindInvocation): Promise<boolean> {
  if (context.stdin.isTTY !== true)
    throw new UserError("Nothing was changed: nobody can be asked here", {
      hint: "Say --yes, or --dry-run to see the plan only",
    });
  using reader = createInterface({ input: context.stdin, output: context.stderr });
  const answer = await reader.question(`${plan.length} changes. Go on? [y/N] `, { signal: context.signal });
  return /^y(es)?$/i.test(answer.trim());
}

/** One after the other, since later ones need the earlier. How many failed; each says why. */
async function performAll(plan: readonly RewindAction[], { session, context }: RewindInvocation): Promise<number> {
  const transport = await session.transport();
  let failures = 0;
  for (const action of plan) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- in order
      await send(transport, action);
    } catch (error) {
      // Somebody else has done it meanwhile: a controller, the deletion of a namespace.
      if (action.do === "delete" && isApiError(error, "NotFound")) continue;
      if (action.do === "create" && isApiError(error, "AlreadyExists")) continue;
      failures++;
      context.stderr.write(`Cannot ${WORDS[action.do]} ${named(action)}: ${messageOf(error)}\n`);
    }
  }
  return failures;
}

async function send(
  transport: HttpsTransport,
  { do: what, mapping, namespace, name, object }: RewindAction,
): Promise<void> {
  const query = { fieldManager: "kube-rewind" };
  switch (what) {
    case "create":
      await requestResource(transport, { mapping, namespace }, { method: "POST", query, body: object });
      return;
    case "update":
      await requestResource(transport, { mapping, namespace, name }, { method: "PUT", query, body: object });
      return;
    case "delete": {
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
      await requestResource(transport, { mapping, namespace, name }, { method: "DELETE", body });
    }
  }
}
