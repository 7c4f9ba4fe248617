import type { Pod } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { namedPodOrOwner, podRunningTimeoutFlag, podRunningTimeoutProblem } from "../../pods/find-pod.ts";
import { liveliestPodOf } from "../../pods/pods-of-object.ts";
import { attachToPod, DETACH_KEYS } from "../../streams/attach-pod.ts";

const POD_TIMEOUT_MS = 60_000;

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
  const { args, flags, session, context } = invocation;
  if (flags["pod-running-timeout"] <= 0) throw usageError(invocation, podRunningTimeoutProblem);
  if (args.length === 0) throw new UserError("at least 1 argument is required for attach");
  if (args.length > 2)
    throw new UserError(
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`,
    );
  const pod = await podToAttach(invocation);
  await attachToPod(pod, { ...flags, detachKeys: flags["detach-keys"] }, session, context);
}

async function podToAttach({ args, flags, session, context }: AttachInvocation): Promise<Pod> {
  const found = await namedPodOrOwner(session, args.join("/"));
  if ("pod" in found) return found.pod;
  return await liveliestPodOf(found.owner, { session, context, timeoutMs: flags["pod-running-timeout"] });
}
