import { isApiError } from "../../../api/api-error.ts";
import type { ResourceType } from "../../../api/resource-type.ts";
import { pods, services } from "../../../api/resources.ts";
import { UserError } from "../../../lib/user-error.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { propagationPolicy } from "../../delete/cascade.ts";
import { exposingService, parsedLabels } from "../../expose/exposing-service.ts";
import { arrayFlag, booleanFlag, durationFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { checkRequired, type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { type ApiObject, nameOf, namespaceOf, withMetadata } from "../../objects/api-object.ts";
import { overridden, overrideFlags } from "../../objects/overrides.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { type DryRun, dryRunOf, withDryRun, writeQuery } from "../../objects/write-options.ts";
import { podRunningTimeoutFlag, podRunningTimeoutProblem } from "../../pods/find-pod.ts";
import { generatedPrinter, printFlags } from "../../printers/print-flags.ts";
import { attachToNewPod } from "../../run/attach-to-new-pod.ts";
import { IMAGE_REFERENCE } from "../../run/image-reference.ts";
import { podToRun } from "../../run/pod-to-run.ts";
import { DETACH_KEYS } from "../../streams/attach-pod.ts";

const POD_TIMEOUT_MS = 60_000;

/** kubectl takes them, for its flags of deletion belong together, and does nothing with them here. */
const withoutEffect = {
  ...filenameFlags,
  timeout: durationFlag("The length of time to wait before giving up on a delete. Has no effect: nothing waits."),
  wait: booleanFlag("If true, wait for resources to be gone before returning. Has no effect: nothing waits."),
};

const runFlags = {
  ...printFlags,
  ...overrideFlags,
  ...withoutEffect,
  annotations: arrayFlag("Annotations to apply to the pod."),
  attach: booleanFlag(
    "If true, wait for the Pod to start running, and then attach to the Pod as if 'kube attach ...' were called.",
  ),
  cascade: stringFlag('Must be "background", "orphan", or "foreground".', {
    default: "background",
    bare: "background",
  }),
  command: booleanFlag(
    "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
  ),
  "detach-keys": stringFlag("Override the key sequence for detaching a container.", { default: DETACH_KEYS }),
  "dry-run": dryRunFlag,
  env: arrayFlag("Environment variables to set in the container."),
  expose: booleanFlag("If true, create a ClusterIP service associated with the pod.  Requires `--port`."),
  "field-manager": fieldManagerFlag("kubectl-run"),
  force: booleanFlag("If true, immediately remove resources from API and bypass graceful deletion."),
  "grace-period": integerFlag(
    "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative.",
    { default: -1 },
  ),
  image: stringFlag("The image for the container to run."),
  "image-pull-policy": stringFlag(
    "The image pull policy for the container.  If left empty, this value will not be specified by the client and defaulted by the server.",
  ),
  labels: stringFlag("Comma separated labels to apply to the pod. Will override previous values.", { short: "l" }),
  "leave-stdin-open": booleanFlag(
    "If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes.",
  ),
  "pod-running-timeout": podRunningTimeoutFlag(POD_TIMEOUT_MS),
  port: stringFlag("The port that this container exposes."),
  privileged: booleanFlag("If true, run the container in privileged mode."),
  quiet: booleanFlag("If true, suppress prompt messages.", { short: "q" }),
  restart: stringFlag("The restart policy for this Pod.  Legal values [Always, OnFailure, Never].", {
    default: "Always",
  }),
  rm: booleanFlag("If true, delete the pod after it exits.  Only valid when attaching to the container."),
  "save-config": booleanFlag("If true, the configuration of current object will be saved in its annotation."),
  stdin: booleanFlag("Keep stdin open on the container in the pod, even if nothing is attached.", { short: "i" }),
  tty: booleanFlag("Allocate a TTY for the container in the pod.", { short: "t" }),
};

type RunInvocation = Invocation<typeof runFlags>;

export const runCommand = kubectlCommand({
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  flags: runFlags,
  examples: `  kube run web --image=nginx --port=80
  kube run -it --rm shell --image=busybox --restart=Never
  kube run once --image=busybox --restart=Never -- date
  kube run web --image=nginx --dry-run=client -o yaml`,
  run,
});

const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const PULL_POLICIES = ["", "Always", "IfNotPresent", "Never"];
async function run(invocation: RunInvocation): Promise<void> {
  const { args, flags, context } = invocation;
  const name = checkedName(invocation);
  const labels = flags.labels === "" ? { run: name } : parsedLabels(flags.labels);
  const pod = overridden(
    podToRun({
      name,
      labels,
      image: flags.image,
      args: args.slice(1),
      isCommand: flags.command,
      env: flags.env,
      port: flags.port,
      annotations: Object.fromEntries(flags.annotations.map(annotationPair)),
      restartPolicy: flags.restart || "Always",
      imagePullPolicy: flags["image-pull-policy"],
      privileged: flags.privileged,
      stdin: flags.stdin,
      leavesStdinOpen: flags["leave-stdin-open"],
      tty: flags.tty,
    }),
    flags,
  );
  const dryRun = dryRunOf(flags["dry-run"], context);
  const print = await generatedPrinter(flags, withDryRun("created", dryRun), context);
  const created: CreatedObject[] = [{ type: pods, object: await createOne(invocation, pods, { object: pod, dryRun }) }];
  if (flags.expose) {
    const service = exposingService({ selector: () => labels, ports: [] }, serviceWishes(name, invocation));
    const object = await createOne(invocation, services, { object: service, dryRun });
    created.push({ type: services, object });
    context.stdout.write(print(object));
    if (flags.output === "yaml") context.stdout.write("---\n");
  }
  if (wantsToAttach(invocation)) return await attachTo(created, invocation);
  context.stdout.write(print(created[0]?.object ?? pod));
}

const serviceWishes = (name: string, { flags }: RunInvocation) => ({
  name,
  labels: flags.labels === "" ? {} : parsedLabels(flags.labels),
  selector: "",
  port: flags.port,
  protocol: "",
  targetPort: "",
  type: "",
  clusterIp: "",
  externalIp: "",
  loadBalancerIp: "",
  sessionAffinity: "",
});

function checkedName(invocation: RunInvocation): string {
  const { args, argsBeforeDash, flags, context } = invocation;
  checkRequired(invocation, ["image"]);
  const [name] = args;
  if (name === undefined || argsBeforeDash === 0) throw usageError(invocation, "NAME is required for run");
  if (flags.image === "") throw new UserError("--image is required");
  if (!IMAGE_REFERENCE.test(flags.image))
    throw new UserError(`Invalid image name ${JSON.stringify(flags.image)}: invalid reference format`);
  if (flags.tty && !flags.stdin)
    throw usageError(invocation, "-i/--stdin is required for containers with -t/--tty=true");
  if (flags.expose && flags.port === "") throw usageError(invocation, "--port must be set when exposing a service");
  if (!RESTART_POLICIES.includes(flags.restart) && flags.restart !== "")
    throw usageError(invocation, `invalid restart policy: ${flags.restart}`);
  if (!PULL_POLICIES.includes(flags["image-pull-policy"]))
    throw usageError(invocation, `invalid image pull policy: ${flags["image-pull-policy"]}`);
  const attaches = wantsToAttach(invocation);
  if (!attaches && flags.rm) throw usageError(invocation, "--rm should only be used for attached containers");
  if (attaches && dryRunOf(flags["dry-run"], context) !== "none") {
    throw usageError(
      invocation,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  if (flags["pod-running-timeout"] <= 0) throw usageError(invocation, podRunningTimeoutProblem);
  return name;
}

/** Standard input is of no use without it. */
const wantsToAttach = ({ flags, isGiven }: RunInvocation): boolean => (isGiven("attach") ? flags.attach : flags.stdin);

/** Joins the new pod; with --rm all that was created goes at the end, whatever that end was. */
async function attachTo(created: readonly CreatedObject[], invocation: RunInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  const [pod] = created;
  if (!pod) return;
  try {
    await attachToNewPod(
      pod.object,
      {
        container: "",
        stdin: flags.stdin,
        tty: flags.tty,
        quiet: flags.quiet,
        detachKeys: flags["detach-keys"],
        waitsForEnd: !flags["leave-stdin-open"] && flags.restart !== "Always",
        endsBySuccessOnly: flags.restart === "OnFailure",
        timeoutMs: flags["pod-running-timeout"],
      },
      session,
      context,
    );
  } finally {
    if (flags.rm) await removeCreated(created, invocation);
  }
}

async function removeCreated(
  created: readonly CreatedObject[],
  { flags, session, context }: RunInvocation,
): Promise<void> {
  const gracePeriod = flags["grace-period"] < 0 && flags.force ? 0 : flags["grace-period"];
  const deleteOptions = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(gracePeriod < 0 ? {} : { gracePeriodSeconds: gracePeriod }),
    propagationPolicy: propagationPolicy(flags.cascade, context),
  };
  for (const { type, object } of created) {
    const name = nameOf(object);
    const namespace = namespaceOf(object);
    // oxlint-disable-next-line no-await-in-loop -- told of in order
    await requestResource(
      await session.transport(),
      { mapping: type, namespace, name },
      { method: "DELETE", body: deleteOptions },
    ).catch((error: unknown) => {
      if (!isApiError(error, "NotFound")) throw error;
    });
    if (!flags.quiet)
      context.stdout.write(`${type.kind.toLowerCase()} ${JSON.stringify(name)} deleted from ${namespace} namespace\n`);
  }
}

interface CreatedObject {
  readonly type: Omit<ResourceType, "objectType">;
  readonly object: ApiObject;
}

function annotationPair(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new UserError(`invalid annotations format: ${text}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

async function createOne(
  { flags, session }: RunInvocation,
  type: Omit<ResourceType, "objectType">,
  { object, dryRun }: { readonly object: ApiObject; readonly dryRun: DryRun },
): Promise<ApiObject> {
  const { namespace, isNamespaceExplicit } = await session.target();
  if (dryRun === "client") return isNamespaceExplicit ? withMetadata(object, { namespace }) : object;
  return await requestResource(
    await session.transport(),
    { mapping: type, namespace },
    {
      method: "POST",
      query: writeQuery({ dryRun, fieldManager: flags["field-manager"] }),
      body: updatedLastApplied(object, { saves: flags["save-config"] }),
    },
  );
}
