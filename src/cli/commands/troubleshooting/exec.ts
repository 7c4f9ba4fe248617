import type { Pod } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag, listFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { throwAll } from "../../objects/visit.ts";
import { chooseContainer, containerNamed } from "../../pods/containers.ts";
import { namedPodOrOwner, podRunningTimeoutFlag, podRunningTimeoutProblem } from "../../pods/find-pod.ts";
import { liveliestPodOf } from "../../pods/pods-of-object.ts";
import { completedPod, runInPod, usesTerminal } from "../../streams/pod-terminal.ts";

const POD_TIMEOUT_MS = 60_000;

const execFlags = {
  container: stringFlag(
    "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen",
    { short: "c" },
  ),
  filename: listFlag("to use to exec into the resource", { short: "f" }),
  "pod-running-timeout": podRunningTimeoutFlag(POD_TIMEOUT_MS),
  quiet: booleanFlag("Only print output from the remote session", { short: "q" }),
  stdin: booleanFlag("Pass stdin to the container", { short: "i" }),
  tty: booleanFlag("Stdin is a TTY", { short: "t" }),
};

type ExecInvocation = Invocation<typeof execFlags>;

export const execCommand = kubectlCommand({
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  flags: execFlags,
  examples: `  kube exec web-0 -- date
  kube exec -it web-0 -c main -- sh
  kube exec deploy/web -- env`,
  run: exec,
});

async function exec(invocation: ExecInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  const { name, command } = operands(invocation);
  const pod = await podToEnter(invocation, name);
  const { phase } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") throw completedPod("exec into a container in", phase);
  const tell = (notice: string): void => void (flags.quiet || context.stderr.write(notice));
  const container = flags.container === "" ? chooseContainer(pod, "", tell) : containerNamed(pod, flags.container);
  await runInPod(
    {
      subresource: "exec",
      namespace: pod.metadata.namespace ?? "",
      pod: pod.metadata.name ?? "",
      container: container.name,
      command,
      stdin: flags.stdin,
      tty: usesTerminal(flags, context),
    },
    session,
    context,
  );
}

/** The pod is what stands before `--`, the command what stands behind. */
function operands(invocation: ExecInvocation): { readonly name: string; readonly command: readonly string[] } {
  const { args, argsBeforeDash, flags } = invocation;
  const name = argsBeforeDash === 0 ? "" : (args[0] ?? "");
  const hasDash = argsBeforeDash === 0 || argsBeforeDash === 1;
  if (!hasDash && (args.length > 1 || (args.length > 0 && flags.filename.length > 0)))
    throw usageError(invocation, "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
  if (flags["pod-running-timeout"] <= 0) throw usageError(invocation, podRunningTimeoutProblem);
  if (name === "" && flags.filename.length === 0) throw new UserError("pod, type/name or --filename must be specified");
  const command = hasDash ? args.slice(argsBeforeDash) : [];
  if (command.length === 0) throw new UserError("you must specify at least one command for the container");
  return { name, command };
}

async function podToEnter({ flags, session, context }: ExecInvocation, name: string): Promise<Pod> {
  const found = name === "" ? await fromFile(flags.filename, session) : await namedPodOrOwner(session, name);
  if ("pod" in found) return found.pod;
  return await liveliestPodOf(found.owner, { session, context, timeoutMs: flags["pod-running-timeout"] });
}

async function fromFile(filenames: readonly string[], session: ExecInvocation["session"]) {
  const selection = await selectObjects(session, { filenames, requiresNamespace: true });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  throwAll(errors);
  const [loaded, ...rest] = objects;
  if (!loaded || rest.length > 0) throw new UserError("cannot exec into multiple objects at a time");
  // Parse edge: the server answered with an object of this kind.
  return loaded.mapping.kind === "Pod" ? { pod: loaded.object as unknown as Pod } : { owner: loaded.object };
}
