import { selfsubjectaccessreviews } from "../../api/resources.ts";
import type { ResourceAttributes } from "../../api/types/authorization-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { ExitError } from "../command.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { allNamespacesFlag } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";

const canIFlags = {
  "all-namespaces": allNamespacesFlag,
  quiet: booleanFlag("If true, suppress output and just return the exit code.", { short: "q" }),
  subresource: stringFlag("SubResource such as pod/log or deployment/scale"),
};

type CanIInvocation = Invocation<typeof canIFlags>;

export const authCanICommand = kubectlCommand({
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  flags: canIFlags,
  examples: `  kube auth can-i create pods
  kube auth can-i get pods --subresource=log --as=somebody
  kube auth can-i get /metrics`,
  run: canI,
});

async function canI(invocation: CanIInvocation): Promise<void> {
  const { args, flags, session, context, commandPath } = invocation;
  const [verb, subject] = args;
  if (verb === undefined || subject === undefined || args.length > 2)
    throw new UserError(
      `you must specify two arguments: verb resource or verb resource/resourceName.\nSee '${commandPath} -h' for help and examples.`,
    );
  const isPath = subject.startsWith("/");
  if (isPath && flags.subresource !== "") throw new UserError("--subresource can not be used with NonResourceURL");
  const spec = isPath
    ? { nonResourceAttributes: { verb, path: subject } }
    : { resourceAttributes: await resourceAttributes(invocation, verb, subject) };
  const { status } = await (await session.client()).resource(selfsubjectaccessreviews).create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    metadata: {},
    spec,
  });
  const isAllowed = status?.allowed === true;
  const reasons = [status?.reason, status?.evaluationError].filter((reason) => Boolean(reason));
  if (!flags.quiet) context.stdout.write(`${isAllowed ? "yes" : ["no", ...reasons].join(" - ")}\n`);
  if (!isAllowed) throw new ExitError(1);
}

async function resourceAttributes(
  { flags, session, context }: CanIInvocation,
  verb: string,
  subject: string,
): Promise<ResourceAttributes> {
  const slash = subject.indexOf("/");
  const type = (slash < 0 ? subject : subject.slice(0, slash)).toLowerCase();
  const name = slash < 0 ? undefined : subject.slice(slash + 1);
  const namespace = flags["all-namespaces"] ? "" : (await session.target()).namespace;
  const { group, resource } = await resourceNamed();
  return {
    namespace,
    verb,
    group,
    resource,
    ...(flags.subresource === "" ? {} : { subresource: flags.subresource }),
    ...(name === undefined ? {} : { name }),
  };

  async function resourceNamed(): Promise<{ readonly group: string; readonly resource: string }> {
    if (type === "*") return { group: "", resource: "*" };
    const mapper = await session.mapper();
    try {
      const mapping = mapper.resourceFor(type);
      if (!mapping.namespaced && !flags["all-namespaces"]) {
        const inGroup = mapping.group === "" ? "" : ` in group '${mapping.group}'`;
        context.stderr.write(`Warning: resource '${mapping.resource}' is not namespace scoped${inGroup}\n\n`);
      }
      return mapping;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // Rules may be about what the server does not serve.
      const [unknown = "", ...rest] = type.split(".");
      const inGroup = rest.length === 0 ? "" : ` in group '${rest.join(".")}'`;
      context.stderr.write(`Warning: the server doesn't have a resource type '${unknown}'${inGroup}\n\n`);
      return { group: rest.join("."), resource: unknown };
    }
  }
}
