import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { isApiError } from "../../../api/api-error.ts";
import { pods } from "../../../api/resources.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json/json-value.ts";
import { nameSuffix } from "../../../lib/random.ts";
import { UserError } from "../../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../../lib/yaml/yaml.ts";
import { attachDebugger } from "../../debug/attach-debugger.ts";
import { debugProfile } from "../../debug/debug-profiles.ts";
import {
  debuggableNames,
  debuggingCopy,
  type DebuggingPod,
  type DebugWishes,
  losesCapabilities,
  nodeDebugger,
  withEphemeralContainer,
} from "../../debug/debugging-pods.ts";
import { arrayFlag, booleanFlag, listFlag, stringFlag } from "../../flags/flag.ts";
import { keyValues } from "../../flags/key-values.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { objectPatch } from "../../objects/object-patch.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { IMAGE_REFERENCE } from "../../run/image-reference.ts";

const copyOnly = (text: string): string => `${text}(This flag only works when used with '--copy-to')`;

const debugFlags = {
  "arguments-only": booleanFlag(
    "If specified, everything after -- will be passed to the new container as Args instead of Command.",
  ),
  attach: booleanFlag(
    "If true, wait for the container to start running, and then attach as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true.",
  ),
  container: stringFlag("Container name to use for debug container.", { short: "c" }),
  "copy-to": stringFlag("Create a copy of the target Pod with this name."),
  custom: stringFlag(
    "Path to a JSON or YAML file containing a partial container spec to customize built-in debug profiles.",
  ),
  env: arrayFlag("Environment variables to set in the container."),
  filename: listFlag("identifying the resource to debug", { short: "f" }),
  image: stringFlag("Container image to use for debug container."),
  "image-pull-policy": stringFlag(
    "The image pull policy for the container. If left empty, this value will not be specified by the client and defaulted by the server.",
  ),
  "keep-annotations": booleanFlag(copyOnly("If true, keep the original pod annotations.")),
  "keep-init-containers": booleanFlag(copyOnly("Run the init containers for the pod. Defaults to true."), {
    default: true,
  }),
  "keep-labels": booleanFlag(copyOnly("If true, keep the original pod labels.")),
  "keep-liveness": booleanFlag(copyOnly("If true, keep the original pod liveness probes.")),
  "keep-readiness": booleanFlag(copyOnly("If true, keep the original pod readiness probes.")),
  "keep-startup": booleanFlag(copyOnly("If true, keep the original startup probes.")),
  profile: stringFlag(
    'Options are "general", "baseline", "restricted", "netadmin" or "sysadmin". Defaults to "general"',
    {
      default: "general",
    },
  ),
  quiet: booleanFlag("If true, suppress informational messages.", { short: "q" }),
  replace: booleanFlag("When used with '--copy-to', delete the original Pod."),
  "same-node": booleanFlag("When used with '--copy-to', schedule the copy of target Pod on the same node."),
  "set-image": arrayFlag(
    "When used with '--copy-to', a list of name=image pairs for changing container images, similar to how 'kubectl set image' works.",
  ),
  "share-processes": booleanFlag("When used with '--copy-to', enable process namespace sharing in the copy.", {
    default: true,
  }),
  stdin: booleanFlag("Keep stdin open on the container(s) in the pod, even if nothing is attached.", { short: "i" }),
  target: stringFlag("When using an ephemeral container, target processes in this container name."),
  tty: booleanFlag("Allocate a TTY for the debugging container.", { short: "t" }),
};

type DebugInvocation = Invocation<typeof debugFlags>;

export const debugCommand = kubectlCommand({
  usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  flags: debugFlags,
  examples: `  kube debug -it web-0 --image=busybox                      a shell beside the pod's containers
  kube debug -it web-0 --image=busybox --target=main        that sees the processes of one of them
  kube debug web-0 --copy-to=web-debug --set-image=*=busybox
  kube debug -it node/node-1 --image=busybox                on a node, whose files are in /host`,
  run: debug,
});

async function debug(invocation: DebugInvocation): Promise<void> {
  const { args, argsBeforeDash, flags, session, context } = invocation;
  const names = argsBeforeDash < 0 ? args : args.slice(0, argsBeforeDash);
  const wishes = await wishesOf(invocation);
  checkWishes(invocation, names, wishes);
  const selection = await selectObjects(session, {
    args: names.map((name) => (name.includes("/") ? name : `pods/${name}`)),
    filenames: flags.filename,
    requiresNamespace: true,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  await visitEach(
    objects,
    async (loaded) => {
      const { pod, container } = await startDebugging(loaded, wishes, invocation);
      const attaches = invocation.isGiven("attach") ? flags.attach : flags.stdin;
      if (!attaches || container === "") return;
      const { stdin, tty, quiet } = flags;
      await attachDebugger(pod, { container, stdin, tty, quiet }, session, context);
    },
    errors,
  );
}

async function wishesOf({ args, argsBeforeDash, flags, isGiven, context }: DebugInvocation): Promise<DebugWishes> {
  return {
    profile: debugProfile(flags.profile),
    image: flags.image,
    imagePullPolicy: flags["image-pull-policy"],
    container: flags.container,
    args: argsBeforeDash < 0 ? [] : args.slice(argsBeforeDash),
    argsOnly: flags["arguments-only"],
    env: Object.entries(keyValues("env", flags.env)).map(([name, value]) => ({ name, value })),
    stdin: flags.stdin,
    tty: flags.tty,
    target: flags.target,
    copyTo: flags["copy-to"],
    sameNode: flags["same-node"],
    shareProcesses: isGiven("share-processes") ? flags["share-processes"] : undefined,
    images: keyValues("set-image", flags["set-image"]),
    kept: {
      labels: flags["keep-labels"],
      annotations: flags["keep-annotations"],
      liveness: flags["keep-liveness"],
      readiness: flags["keep-readiness"],
      startup: flags["keep-startup"],
      initContainers: flags["keep-init-containers"],
    },
    custom: flags.custom === "" ? undefined : await customContainer(resolve(context.cwd, flags.custom), flags.custom),
  };
}

async function customContainer(path: string, shown: string): Promise<JsonObject> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? `open ${shown}: no such file or directory` : error.message;
    throw new UserError(`must pass a container spec json file for custom profile: ${reason}`);
  });
  try {
    const { value } = decodeYaml(text);
    if (isJsonObject(value)) return value;
    throw new UserError(`${shown} does not contain a valid container spec: it is no object`);
  } catch (error) {
    if (error instanceof YamlError)
      throw new UserError(`${shown} does not contain a valid container spec: ${error.message}`);
    throw error;
  }
}

const PULL_POLICIES = ["", "Always", "IfNotPresent", "Never"];

function checkWishes(
  { flags, isGiven, context }: DebugInvocation,
  names: readonly string[],
  wishes: DebugWishes,
): void {
  const refuse = (message: string): never => {
    throw new UserError(message);
  };
  const { image, container, args, copyTo, images } = wishes;
  if (flags.attach && isGiven("attach") && image === "" && container === "")
    refuse("you must specify --container or create a new container using --image in order to attach.");
  if (copyTo === "") {
    if (flags.replace) refuse("--replace may only be used with --copy-to.");
    if (wishes.sameNode) refuse("--same-node may only be used with --copy-to.");
    if (Object.keys(images).length > 0) refuse("--set-image may only be used with --copy-to.");
    if (image === "") refuse("you must specify --image when not using --copy-to.");
  } else {
    if (image === "" && Object.keys(images).length === 0 && args.length === 0)
      refuse("you must specify --image, --set-image or command arguments.");
    if (args.length > 0 && container === "" && image === "")
      refuse("you must specify an existing container or a new image when specifying args.");
  }
  if (image !== "" && !IMAGE_REFERENCE.test(image))
    refuse(`invalid image name ${JSON.stringify(image)}: invalid reference format`);
  if (names.length === 0 && flags.filename.length === 0) refuse("NAME or filename is required for debug");
  if (!PULL_POLICIES.includes(wishes.imagePullPolicy)) refuse(`invalid image pull policy: ${wishes.imagePullPolicy}`);
  for (const [name, wanted] of Object.entries(images))
    if (!IMAGE_REFERENCE.test(wanted))
      refuse(
        `invalid image name ${JSON.stringify(wanted)} for container ${JSON.stringify(name)}: invalid reference format`,
      );
  if (wishes.target !== "") {
    if (copyTo !== "") refuse("--target is incompatible with --copy-to. Use --share-processes instead.");
    if (!flags.quiet)
      context.stdout.write(
        `Targeting container ${JSON.stringify(wishes.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
  }
  if (flags.tty && !flags.stdin) refuse("-i/--stdin is required for containers with -t/--tty=true");
  const fixed = ["name", "command", "image", "lifecycle", "volumeDevices"];
  if (wishes.custom && fixed.some((key) => wishes.custom?.[key] !== undefined))
    refuse("name, command, image, lifecycle and volume devices are not modifiable via custom profile");
  if (flags.profile === "legacy")
    context.stderr.write(
      '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n',
    );
}

async function startDebugging(
  loaded: LoadedObject,
  wishes: DebugWishes,
  invocation: DebugInvocation,
): Promise<DebuggingPod> {
  const { mapping, object } = loaded;
  // Parse edge: the server answered with an object of this kind.
  if (mapping.kind === "Node" && mapping.group === "")
    return await debugNode(object as unknown as Node, wishes, invocation);
  if (mapping.kind === "Pod" && mapping.group === "")
    return wishes.copyTo === ""
      ? await addEphemeral(loaded, object as unknown as Pod, wishes, invocation)
      : await debugCopy(object as unknown as Pod, wishes, invocation);
  const version = mapping.group === "" ? mapping.version : `${mapping.group}/${mapping.version}`;
  throw new UserError(`"${mapping.group === "" ? "/" : ""}${version}, Kind=${mapping.kind}" not supported by debug`);
}

async function debugNode(
  node: Node,
  wishes: DebugWishes,
  { flags, session, context }: DebugInvocation,
): Promise<DebuggingPod> {
  const debugging = nodeDebugger(node, `node-debugger-${node.metadata.name}-${nameSuffix(5)}`, wishes);
  if (!flags.quiet)
    context.stdout.write(
      `Creating debugging pod ${debugging.pod.metadata.name} with container ${debugging.container} on node ${node.metadata.name}.\n`,
    );
  const { namespace } = await session.target();
  return { ...debugging, pod: await createPod(debugging.pod, namespace, session) };
}

async function addEphemeral(
  { mapping, namespace, name, object }: LoadedObject,
  pod: Pod,
  wishes: DebugWishes,
  { flags, session, context }: DebugInvocation,
): Promise<DebuggingPod> {
  const container = wishes.container || freshName(pod, flags.quiet, context);
  const debugging = withEphemeralContainer(pod, container, wishes);
  warnOfUser(debugging, context);
  const { contentType, patch } = objectPatch(mapping, object, asObject(debugging.pod));
  const patched = await requestResource(
    await session.transport(),
    { mapping, namespace, name, subresource: "ephemeralcontainers" },
    { method: "PATCH", contentType, body: patch },
  ).catch((error: unknown) => {
    if (isApiError(error, "NotFound") && !error.status.details?.name)
      throw new UserError(
        `ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)})`,
      );
    throw error;
  });
  // Parse edge: the answer is the pod.
  return { pod: patched as unknown as Pod, container };
}

async function debugCopy(pod: Pod, wishes: DebugWishes, invocation: DebugInvocation): Promise<DebuggingPod> {
  const { flags, session, context } = invocation;
  const { namespace = "", name = "" } = pod.metadata;
  const debugging = debuggingCopy(pod, () => freshName(pod, flags.quiet, context), wishes);
  warnOfUser(debugging, context);
  const created = await createPod(debugging.pod, namespace, session);
  if (flags.replace)
    await requestResource(
      await session.transport(),
      { mapping: pods, namespace, name },
      { method: "DELETE", body: { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0 } },
    );
  return { ...debugging, pod: created };
}

async function createPod(pod: Pod, namespace: string, session: DebugInvocation["session"]): Promise<Pod> {
  const created = await requestResource(
    await session.transport(),
    { mapping: pods, namespace },
    { method: "POST", body: pod },
  );
  // Parse edge: the answer is the pod.
  return created as unknown as Pod;
}

function freshName(pod: Pod, quiet: boolean, { stdout }: DebugInvocation["context"]): string {
  const taken = debuggableNames(pod);
  let name = "";
  do name = `debugger-${nameSuffix(5)}`;
  while (taken.includes(name));
  if (!quiet) stdout.write(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function warnOfUser(debugging: DebuggingPod, { stderr }: DebugInvocation["context"]): void {
  if (losesCapabilities(debugging))
    stderr.write(
      `Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n`,
    );
}

// A pod is JSON.
const asObject = (pod: Pod): ApiObject => pod as unknown as ApiObject;
