import type { Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { chooseContainer, containerNames } from "../pods/containers.ts";
import type { Session } from "../session.ts";
import { keyBytes } from "./detach-keys.ts";
import { completedPod, runInPod, usesTerminal } from "./pod-terminal.ts";

export const DETACH_KEYS = "ctrl-p,ctrl-q";

export interface AttachOptions {
  /** Empty: the one that the pod prefers. */
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly detachKeys: string;
}

/** Joins what runs in a pod with our streams, until it ends or the user detaches. */
export async function attachToPod(
  pod: Pod,
  options: AttachOptions,
  session: Session,
  context: CliContext,
): Promise<void> {
  const { phase } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") throw completedPod("attach a container in", phase);
  const say = (text: string): void => void (options.quiet || context.stderr.write(text));
  const container = chosenContainer(pod, options.container, say);
  if (options.tty && !container.tty)
    say(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  const tty = usesTerminal({ ...options, tty: container.tty === true }, context);
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
      stdin: options.stdin,
      tty,
      redraws: true,
      detachKeys: keyBytes(options.detachKeys || DETACH_KEYS),
    },
    session,
    context,
  );
  if (options.quiet || !tty) return;
  const again = `'${context.program} attach ${name} -c ${container.name} -n ${namespace} -i -t'`;
  const isEphemeral = containerNames(pod).includes(`${container.name} (ephem)`);
  context.stdout.write(
    isEphemeral
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running\n`
      : `Session ended, resume using ${again} command\n`,
  );
}

function chosenContainer(pod: Pod, name: string, say: (notice: string) => void) {
  try {
    return chooseContainer(pod, name, say);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`cannot attach to the container: ${error.message}`);
    throw error;
  }
}
