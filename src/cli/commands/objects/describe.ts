import { isApiError } from "../../../api/api-error.ts";
import { UserError } from "../../../lib/user-error.ts";
import { describe } from "../../describe/describers.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { allNamespacesFlag, atFlag, chunkSizeFlag, filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { throwListed } from "../../objects/visit.ts";
import { clientAt, pastQuery, pastRevision } from "../../past/past-client.ts";

const describeFlags = {
  ...filenameFlags,
  "all-namespaces": allNamespacesFlag,
  at: atFlag,
  "chunk-size": chunkSizeFlag,
  selector: selectorFlag,
  "show-events": booleanFlag(
    "If true, display events related to the described object. Defaults to true for a single object, false for multiple objects and prefix matching.",
    { default: true },
  ),
};

type DescribeInvocation = Invocation<typeof describeFlags>;

export const describeCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  flags: describeFlags,
  examples: `  kube describe pod web-0
  kube describe deploy/web svc/web
  kube describe pods -l app=web
  kube describe pods web             all whose name begins with web`,
  run: describeObjects,
});

async function describeObjects(invocation: DescribeInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "")
    throw new UserError(
      `You must specify the type of resource to describe. Use "${context.program} api-resources" for a complete list of supported resources.\n`,
    );
  const { objects, errors } = await load(invocation, args);
  const isPrefix = args.length === 2 && objects.length === 0 && errors.some((each) => isApiError(each, "NotFound"));
  if (isPrefix) return await describeMatching(invocation, errors);
  const showsEvents = showsEventsOf(invocation, objects.length > 1 || errors.length > 0);
  let isFirst = true;
  for (const loaded of objects) {
    // oxlint-disable-next-line no-await-in-loop -- shown one after the other, in order
    const text = await textOf(loaded, invocation, showsEvents);
    context.stdout.write(isFirst ? text : `\n\n${text}`);
    isFirst = false;
  }
  if (objects.length === 0 && errors.length === 0) {
    const { namespace } = await session.target();
    context.stderr.write(
      flags["all-namespaces"] ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`,
    );
  }
  throwListed(errors);
}

/** With several objects, events are only shown when asked for. */
const showsEventsOf = ({ flags, isGiven }: DescribeInvocation, isMany: boolean): boolean =>
  isMany && !isGiven("show-events") ? false : flags["show-events"];

async function load({ flags, session }: DescribeInvocation, args: readonly string[]) {
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    allNamespaces: flags["all-namespaces"],
    allowsTypesAlone: true,
    requiresNamespace: !flags["all-namespaces"],
  });
  const query = await pastQuery(session, flags.at);
  return await loadObjects(await session.transport(), selection, { chunkSize: flags["chunk-size"], query });
}

/** There is no object of that name: it may be the beginning of names. */
async function describeMatching(invocation: DescribeInvocation, original: readonly unknown[]): Promise<void> {
  const [type = "", prefix = ""] = invocation.args;
  const { objects, errors } = await load(invocation, [type]);
  throwListed(errors);
  const matching = objects.filter(({ name }) => name.startsWith(prefix));
  if (matching.length === 0) return throwListed(original);
  for (const loaded of matching) {
    // oxlint-disable-next-line no-await-in-loop -- shown one after the other, in order
    const text = await textOf(loaded, invocation, showsEventsOf(invocation, true));
    invocation.context.stdout.write(`${text}\n`);
  }
}

async function textOf(
  { mapping, object }: LoadedObject,
  { session, context, flags }: DescribeInvocation,
  showsEvents: boolean,
): Promise<string> {
  const client = await session.client();
  const then = flags.at === "" ? client : clientAt(client, await pastRevision(session, flags.at));
  return await describe(mapping, object, { client: then, showsEvents, now: context.clock.now() });
}
