import type { Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { chooseContainer, containerNames } from "../pods/containers.ts";
import { namedPodOrOwner, podRunningTimeoutFlag, podRunningTimeoutProblem } from "../pods/find-pod.ts";
import { byActivity } from "../pods/pod-order.ts";
import { podsOfObject } from "../pods/pods-of-object.ts";
import { keyBytes } from "../streams/detach-keys.ts";
import { completedPod, runInPod, usesTerminal } from "../streams/pod-terminal.ts";

const POD_TIMEOUT_MS = 60_000;
const DETACH_KEYS = "ctrl-p,ctrl-q";

const attachFlags = {
  container: stringFlag(
    "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen",
    { short: "c" },
  ),
  "detach-keys": stringFlag("Override the key sequence for detaching a container", { default: DETACH_KEYS }),
  "pod-running-timeout": podRunningTimeoutFlag(POD_TIMEOUT_MS),
  quiet: booleanFlag("Only print output from the remote session", { short: "q" }),
  stdin: booleanFlag("Pass stdin to the container", { short: "i" }),
  tty: booleanFlag("Stdin is a TTY", { short: "t" }),
};

type AttachInvocation = Invocation<typeof attachFlags>;

export const attachCommand = kubectlCommand({
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  flags: attachFlags,
  examples: `  kube attach web-0
  kube attach web-0 -c shell -it`,
  run: attach,
});

async function attach(invocation: AttachInvocation): Promise<void> {
  const { args, flags, session, context, commandPath } = invocation;
  if (flags["pod-running-timeout"] <= 0) throw usageError(invocation, podRunningTimeoutProblem);
  if (args.length === 0) throw new UserError("at least 1 argument is required for attach");
  if (args.length > 2)
    throw new UserError(
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`,
    );
  const pod = await podToAttach(invocation);
  const { phase } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") throw completedPod("attach a container in", phase);
  const say = (text: string): void => void (flags.quiet || context.stderr.write(text));
  const container = chosenContainer(pod, flags.container, say);
  if (flags.tty && !container.tty)
    say(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  const tty = usesTerminal({ ...flags, tty: container.tty === true }, context);
  say(
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n" +
      "If you don't see a command prompt, try pressing enter.\n",
  );
  const { name = "", namespace = "" } = pod.metadata;
  await runInPod(
    {
      subresource: "attach",
      namespace,
      pod: name,
      container: container.name,
      stdin: flags.stdin,
      tty,
      redraws: true,
      detachKeys: keyBytes(flags["detach-keys"] || DETACH_KEYS),
    },
    session,
    context,
  );
  if (flags.quiet || !tty) return;
  const again = `'${commandPath} ${name} -c ${container.name} -n ${namespace} -i -t'`;
  const isEphemeral = containerNames(pod).includes(`${container.name} (ephem)`);
  context.stdout.write(
    isEphemeral
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running\n`
      : `Session ended, resume using ${again} command\n`,
  );
}

async function podToAttach({ args, flags, session, context }: AttachInvocation): Promise<Pod> {
  const found = await namedPodOrOwner(session, args.join("/"));
  if ("pod" in found) return found.pod;
  const [pod] = await podsOfObject(found.owner, {
    purpose: "cannot attach to",
    client: await session.client(),
    context,
    timeoutMs: flags["pod-running-timeout"],
    order: byActivity,
  });
  return pod;
}

function chosenContainer(pod: Pod, name: string, say: (notice: string) => void) {
  try {
    return chooseContainer(pod, name, say);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`cannot attach to the container: ${error.message}`);
    throw error;
  }
}
