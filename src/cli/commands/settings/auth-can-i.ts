import { selfsubjectaccessreviews, selfsubjectrulesreviews } from "../../../api/resources.ts";
import type { ResourceAttributes } from "../../../api/types/authorization-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { allNamespacesFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { TabWriter } from "../../printers/tab-writer.ts";
import { ruleRows } from "../../rbac/rule-rows.ts";

const canIFlags = {
  "all-namespaces": allNamespacesFlag,
  list: booleanFlag("If true, prints all allowed actions."),
  "no-headers": booleanFlag("If true, prints allowed actions without headers"),
  quiet: booleanFlag("If true, suppress output and just return the exit code.", { short: "q" }),
  subresource: stringFlag("SubResource such as pod/log or deployment/scale"),
};

type CanIInvocation = Invocation<typeof canIFlags>;

export const authCanICommand = kubectlCommand({
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  flags: canIFlags,
  examples: `  kube auth can-i create pods
  kube auth can-i get pods --subresource=log --as=somebody
  kube auth can-i get /metrics
  kube auth can-i --list                     all that one may do in the namespace`,
  run: canI,
});

async function canI(invocation: CanIInvocation): Promise<void> {
  const { args, flags, session, context, commandPath } = invocation;
  if (flags.list) return await listRules(invocation);
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
  warnOfVerb(verb, isPath ? PATH_VERBS : RESOURCE_VERBS, invocation);
  if (flags["no-headers"]) throw new UserError("--no-headers cannot be set without --list specified");
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

const RESOURCE_VERBS: ReadonlySet<string> = new Set(
  "get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest".split(
    " ",
  ),
);
const PATH_VERBS: ReadonlySet<string> = new Set(["get", "put", "post", "head", "options", "delete", "patch", "*"]);

function warnOfVerb(verb: string, known: ReadonlySet<string>, { context }: CanIInvocation): void {
  if (!known.has(verb)) context.stderr.write(`Warning: verb '${verb}' is not a known verb\n\n`);
}

/** What the server says somebody may do, one row for each resource or path. */
async function listRules({ args, flags, session, context }: CanIInvocation): Promise<void> {
  if (args.length > 0) throw new UserError("list option must be specified with no arguments");
  if (flags.quiet || flags["all-namespaces"] || flags.subresource !== "")
    throw new UserError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
  const { namespace } = await session.target();
  const { status } = await (await session.client()).resource(selfsubjectrulesreviews).create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    metadata: {},
    spec: { namespace },
  });
  if (status?.incomplete)
    context.stderr.write(`Warning: the list may be incomplete: ${status.evaluationError ?? ""}\n`);
  const table = new TabWriter((text) => context.stdout.write(text));
  if (!flags["no-headers"]) table.write("Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
  for (const row of ruleRows([...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])]))
    table.write(`${row.join("\t")}\n`);
  table.flush();
}

/** Clients cannot discover these: they are impersonated. */
const WITHOUT_RESOURCE: readonly string[] = ["users", "groups"];

async function resourceAttributes(
  { flags, session, context }: CanIInvocation,
  verb: string,
  subject: string,
): Promise<ResourceAttributes> {
  const slash = subject.indexOf("/");
  const type = slash < 0 ? subject : subject.slice(0, slash);
  const name = slash < 0 ? undefined : subject.slice(slash + 1);
  const namespace = flags["all-namespaces"] ? "" : (await session.target()).namespace;
  const { group, resource } = type === "*" ? { group: "", resource: "*" } : await resourceNamed();
  return {
    namespace,
    verb,
    group,
    resource,
    ...(flags.subresource === "" ? {} : { subresource: flags.subresource }),
    ...(name === undefined ? {} : { name }),
  };

  async function resourceNamed(): Promise<{ readonly group: string; readonly resource: string }> {
    const mapping = (await session.mapper()).findResource(type.toLowerCase());
    if (!mapping) {
      // Rules may be about what the server does not serve.
      const [unknown = "", ...rest] = type.toLowerCase().split(".");
      const inGroup = rest.length === 0 ? "" : ` in group '${rest.join(".")}'`;
      if (!WITHOUT_RESOURCE.includes(type.toLowerCase()))
        context.stderr.write(`Warning: the server doesn't have a resource type '${unknown}'${inGroup}\n\n`);
      return { group: "", resource: type };
    }
    if (!mapping.namespaced && !flags["all-namespaces"]) {
      const inGroup = mapping.group === "" ? "" : ` in group '${mapping.group}'`;
      context.stderr.write(`Warning: resource '${mapping.resource}' is not namespace scoped${inGroup}\n\n`);
    }
    return mapping;
  }
}
