import { pods } from "../../../api/resources.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { type LogFlagValues, logFlags } from "../../logs/log-flags.ts";
import { logSources } from "../../logs/log-sources.ts";
import { type LogQuery, readLogs } from "../../logs/read-logs.ts";
import { namedPodOrOwner, podRunningTimeoutProblem, withNamespaceInNotFound } from "../../pods/find-pod.ts";
import { byLogging } from "../../pods/pod-order.ts";
import { podsOfObject } from "../../pods/pods-of-object.ts";

type LogsInvocation = Invocation<typeof logFlags>;

const USAGE = "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]";

export const logsCommand = kubectlCommand({
  usage: USAGE,
  flags: logFlags,
  examples: `  kube logs web-0                          the log of a pod
  kube logs -f deploy/web                  of one of a deployment's pods, as it is written
  kube logs -l app=web --prefix            the last lines of several pods
  kube logs web-0 -c setup -p              of the container before this one
  kube logs --cluster --tail=50            of the local cluster itself`,
  run: logs,
});

async function logs(invocation: LogsInvocation): Promise<void> {
  const { flags, context, session } = invocation;
  if (invocation.isGiven("cluster") && flags.cluster === "") {
    const { readClusterLog } = await import("../../logs/cluster-log.ts");
    const { chosenCluster } = await import("../../cluster-options.ts");
    const cluster = await chosenCluster({ name: flags.name || undefined }, context);
    return await readClusterLog({ cluster, follow: flags.follow, tail: flags.tail }, context);
  }
  if (flags.name !== "") throw new UserError("--name names a local cluster: give it together with --cluster");
  const container = chosenContainer(invocation);
  const query = logQuery(invocation);
  const allPods = await podsToRead(invocation);
  checkFlags(invocation, container);
  const tell = (notice: string): void => void context.stderr.write(notice);
  const options = { container, allContainers: flags["all-containers"], isQuiet: flags["all-pods"] };
  const sources = allPods.flatMap((pod) => logSources(pod, options, tell));
  try {
    await readLogs(
      await session.transport(),
      sources,
      {
        query,
        follow: flags.follow,
        prefix: flags.prefix || flags["all-pods"],
        ignoresErrors: flags["ignore-errors"],
        maxConcurrent: flags["max-log-requests"],
        patienceMs: flags["pod-running-timeout"],
      },
      context,
    );
  } catch (error) {
    // kubectl ends with 1 when it is interrupted while it reads logs.
    if (context.signal.aborted) throw new ExitError(1);
    throw error;
  }
}

function chosenContainer(invocation: LogsInvocation): string {
  const { args, flags } = invocation;
  const expected = `expected 'logs ${USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command`;
  if (args.length > 2 || (args.length === 0 && flags.selector === "")) throw usageError(invocation, expected);
  if (args.length === 1 && flags.selector !== "")
    throw usageError(invocation, "only a selector (-l) or a POD name is allowed");
  return args[1] ?? flags.container;
}

function checkFlags({ args, flags, isGiven }: LogsInvocation, container: string): void {
  if (flags["since-time"] !== "" && flags.since !== 0)
    throw new UserError("at most one of `sinceTime` or `sinceSeconds` may be specified");
  if (flags["all-containers"] && container !== "")
    throw new UserError(`--all-containers=true should not be specified with container name ${container}`);
  if (isGiven("container") && args.length === 2)
    throw new UserError("only one of -c or an inline [CONTAINER] arg is allowed");
  if (flags["limit-bytes"] < 0) throw new UserError("--limit-bytes must be greater than 0");
  if (flags.since < 0) throw new UserError("--since must be greater than 0");
  if (flags.tail < -1) throw new UserError("--tail must be greater than or equal to -1");
}

const SELECTOR_TAIL = 10;

function logQuery({ flags, isGiven }: LogsInvocation): LogQuery {
  if (flags["pod-running-timeout"] <= 0) throw new UserError(podRunningTimeoutProblem);
  const tail = flags.selector !== "" && flags.tail === -1 && !isGiven("tail") ? SELECTOR_TAIL : flags.tail;
  return {
    follow: flags.follow ? "true" : undefined,
    previous: flags.previous ? "true" : undefined,
    timestamps: flags.timestamps ? "true" : undefined,
    insecureSkipTLSVerifyBackend: flags["insecure-skip-tls-verify-backend"] ? "true" : undefined,
    sinceTime: sinceTime(flags),
    sinceSeconds: flags.since === 0 ? undefined : String(Math.round(flags.since / 1000)),
    limitBytes: flags["limit-bytes"] === 0 ? undefined : String(flags["limit-bytes"]),
    tailLines: tail === -1 ? undefined : String(tail),
  };
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function sinceTime(flags: LogFlagValues): string | undefined {
  const text = flags["since-time"];
  if (text === "") return undefined;
  if (RFC3339.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new UserError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": it is not such a time`);
}

async function podsToRead({ args, flags, session, context }: LogsInvocation): Promise<readonly Pod[]> {
  const { namespace } = await session.target();
  const client = await session.client();
  const [name] = args;
  if (name === undefined) {
    const { items } = await client.resource(pods).list({ namespace, labelSelector: flags.selector });
    if (items.length === 0) context.stderr.write(`No resources found in ${namespace} namespace.\n`);
    return items;
  }
  const found = await namedPodOrOwner(session, name).catch((error: unknown) => {
    throw withNamespaceInNotFound(error, namespace);
  });
  if ("pod" in found) return [found.pod];
  const [first, ...rest] = await podsOfObject(found.owner, {
    purpose: "cannot get the logs from",
    client,
    context,
    timeoutMs: flags["pod-running-timeout"],
    order: byLogging,
  });
  if (rest.length === 0) return [first];
  if (flags["all-pods"]) return [first, ...rest];
  context.stderr.write(`Found ${rest.length + 1} pods, using pod/${first.metadata.name}\n`);
  return [first];
}
