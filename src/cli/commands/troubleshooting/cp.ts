import { stat } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { PassThrough, Writable } from "node:stream";

import { pods } from "../../../api/resources.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { archivePrefix, type FileSpec, parseFileSpec, type PodFile } from "../../cp/file-spec.ts";
import { localArchive } from "../../cp/local-archive.ts";
import { unpackArchive } from "../../cp/unpack-archive.ts";
import { booleanFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { chooseContainer, containerNamed } from "../../pods/containers.ts";
import { completedPod, runInPod } from "../../streams/pod-terminal.ts";

const cpFlags = {
  container: stringFlag(
    "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen",
    { short: "c" },
  ),
  "no-preserve": booleanFlag(
    "The copied file/directory's ownership and permissions will not be preserved in the container",
  ),
  retries: integerFlag(
    "Set number of retries to complete a copy operation from a container. Specify 0 to disable or any negative value for infinite retrying. The default is 0 (no retry).",
  ),
};

type CpInvocation = Invocation<typeof cpFlags>;

export const cpCommand = kubectlCommand({
  usage: "<file-spec-src> <file-spec-dest>",
  flags: cpFlags,
  examples: `  kube cp ./site web-0:/srv                  a folder into a container (which needs tar)
  kube cp web-0:/var/log/app.log app.log     a file out of it
  kube cp team/web-0:/etc/app ./app -c main  of another namespace, of a container`,
  run: cp,
});

async function cp(invocation: CpInvocation): Promise<void> {
  const { args } = invocation;
  const [from = "", to = ""] = args;
  if (args.length !== 2) throw new UserError("source and destination are required");
  const source = parseFileSpec(from);
  const destination = parseFileSpec(to);
  if (source.form === "pod" && destination.form === "pod")
    throw new UserError("one of src or dest must be a local file specification");
  if (source.path === "" || destination.path === "") throw new UserError("filepath can not be empty");
  if (source.form === "pod") return await copyFromPod(source, destination, invocation);
  if (destination.form === "pod") return await copyToPod(source, destination, invocation);
  throw new UserError("one of src or dest must be a remote file specification");
}

async function copyToPod(source: FileSpec, destination: PodFile, invocation: CpInvocation): Promise<void> {
  const { flags, context } = invocation;
  const path = resolve(context.cwd, source.path);
  await stat(path).catch(() => {
    throw new UserError(`${source.path} doesn't exist in local filesystem`);
  });
  const container = await containerOf(destination, invocation);
  const goesInside = await container.succeeds(["test", "-d", destination.path]);
  const target = goesInside ? posix.join(destination.path, posix.basename(path)) : posix.normalize(destination.path);
  const options = flags["no-preserve"] ? ["--no-same-permissions", "--no-same-owner"] : [];
  const stdin = localArchive(path, posix.basename(target));
  await container.run(["tar", ...options, "-xmf", "-", "-C", posix.dirname(target)], { stdin });
}

async function copyFromPod(source: PodFile, destination: FileSpec, invocation: CpInvocation): Promise<void> {
  const { context, session } = invocation;
  const container = await containerOf(source, invocation);
  const { namespace } = await session.target();
  const archive = new PassThrough();
  const read = readArchive(container, source, archive, invocation);
  read.catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  const program = invocation.commandPath.split(" ")[0] ?? "";
  await unpackArchive(archive, {
    prefix: archivePrefix(source.path),
    destination: destination.path,
    destinationPath: resolve(context.cwd, destination.path),
    warn: (text) => void context.stderr.write(text),
    linkHint: `consider using "${program} exec -n ${JSON.stringify(source.namespace ?? namespace)} ${JSON.stringify(source.pod)} -- tar cf - ${JSON.stringify(source.path)} | tar xf -"`,
  });
  await read;
}

/** Reads what tar writes; where that breaks off, and retries are wanted, it goes on from there. */
async function readArchive(
  container: PodContainer,
  { path }: PodFile,
  archive: PassThrough,
  { flags, context }: CpInvocation,
): Promise<void> {
  const { retries } = flags;
  const quoted = path.replaceAll("'", `'\\''`);
  let received = 0;
  const stdout = new Writable({
    write(chunk: Uint8Array, _encoding, callback) {
      received += chunk.length;
      if (archive.write(chunk)) callback();
      else archive.once("drain", callback);
    },
  });
  for (let attempt = 0; ; attempt++) {
    const command =
      retries === 0
        ? ["tar", "cf", "-", path]
        : ["sh", "-c", `tar cf - '${quoted}' | tail -c+${attempt === 0 ? 0 : received + 1}`];
    try {
      // What tar says goes to our output: kubectl does this too (kubectl/pkg/cmd/cp/cp.go).
      // oxlint-disable-next-line no-await-in-loop -- an attempt follows a failure
      await container.run(command, { stdout, stderr: context.stdout });
      archive.end();
      return;
    } catch (error) {
      const isOver = context.signal.aborted || error instanceof ExitError;
      if (isOver || (retries >= 0 && attempt >= retries)) throw error;
      context.stdout.write(`Resuming copy at ${received} bytes, retry ${attempt + 1}/${retries}\n`);
    }
  }
}

interface PodContainer {
  run(command: readonly string[], streams: Partial<Pick<CliContext, "stdin" | "stdout" | "stderr">>): Promise<void>;
  succeeds(command: readonly string[]): Promise<boolean>;
}

async function containerOf(
  { namespace: wanted, pod: name }: PodFile,
  { flags, session, context }: CpInvocation,
): Promise<PodContainer> {
  const namespace = wanted ?? (await session.target()).namespace;
  const pod: Pod = await (await session.client()).resource(pods).get({ name, namespace });
  const { phase } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") throw completedPod("exec into a container in", phase);
  const container =
    flags.container === ""
      ? chooseContainer(pod, "", (notice) => void context.stderr.write(notice))
      : containerNamed(pod, flags.container);
  const run: PodContainer["run"] = async (command, streams) => {
    const terminal = { subresource: "exec", namespace, pod: name, container: container.name, command } as const;
    await runInPod({ ...terminal, stdin: streams.stdin !== undefined, tty: false }, session, {
      ...context,
      ...streams,
    });
  };
  return {
    run,
    async succeeds(command) {
      const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, callback) => callback() });
      try {
        await run(command, { stdout: nowhere(), stderr: nowhere() });
        return true;
      } catch (error) {
        if (error instanceof ExitError && !context.signal.aborted) return false;
        throw error;
      }
    },
  };
}
