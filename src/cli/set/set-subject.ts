import { ApiError } from "../../api/api-error.ts";
import { jsonEqual, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { kindPrefix } from "../discovery/resource-mapping.ts";
import { arrayFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { type ApiObject, kindOf, objectsIn } from "../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../objects/load-objects.ts";
import { objectPatch } from "../objects/object-patch.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../objects/select-objects.ts";
import { throwAll, visitEach } from "../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { operationPrinter } from "../printers/print-flags.ts";
import { setFlags } from "./pod-template-change.ts";

const RBAC_GROUP = "rbac.authorization.k8s.io";

const flags = {
  ...setFlags,
  group: arrayFlag("Groups to bind to the role"),
  serviceaccount: arrayFlag("Service accounts to bind to the role"),
  user: arrayFlag("Usernames to bind to the role"),
};

type SubjectInvocation = Invocation<typeof flags>;

interface SubjectWishes {
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly serviceaccount: readonly string[];
  readonly local: boolean;
  readonly all: boolean;
  readonly selector: string;
}

export const setSubjectCommand = kubectlCommand({
  usage:
    "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]",
  flags,
  examples: `  kube set subject rolebinding readers --user=ann --group=team
  kube set subject clusterrolebinding admins --serviceaccount=ci:deployer`,
  run: setSubject,
});

async function setSubject({ args, flags: given, session, context }: SubjectInvocation): Promise<void> {
  const dryRun = dryRunOf(given["dry-run"], context);
  const print = await operationPrinter(given, withDryRun("subjects updated", dryRun), context);
  const selection = await selectObjects(session, {
    args,
    filenames: given.filename,
    kustomize: given.kustomize,
    recursive: given.recursive,
    labelSelector: given.selector,
    allowsTypesAlone: given.all,
    requiresNamespace: true,
    isLocal: given.local,
  });
  const manifests = manifestsOf(selection);
  const { objects, errors } = given.local
    ? { objects: manifests, errors: selection.errors }
    : await loadObjects(await session.transport(), selection);
  throwAll(errors);
  checkFlags(given, dryRun === "server", objects);
  const { namespace } = await session.target();
  const subjects = wantedSubjects(given, namespace);
  await visitEach(objects, async (loaded) => {
    const { mapping, name, object } = loaded;
    if (!["RoleBinding", "ClusterRoleBinding"].includes(kindOf(object))) {
      // Without a server kubectl names the object by its kind, and ends the line there.
      const shown = given.local ? `${kindPrefix(mapping)}/${name}\n` : `${mapping.resource}/${name}`;
      throw new UserError(`error: ${shown} setting subjects is only supported for RoleBinding/ClusterRoleBinding\n`);
    }
    const changed = withSubjects(object, subjects);
    if (!changed) return;
    if (given.local || dryRun === "client") return void context.stdout.write(print(changed));
    const { contentType, patch } = objectPatch(mapping, object, changed);
    const query = writeQuery({ dryRun, fieldManager: given["field-manager"] });
    const answer = await requestResource(
      await session.transport(),
      { mapping, namespace: loaded.namespace, name },
      { method: "PATCH", contentType, query, body: patch },
    ).catch((error: unknown) => {
      if (error instanceof ApiError) throw new UserError(`failed to patch subjects to rolebinding: ${error.message}`);
      throw error;
    });
    context.stdout.write(print(answer));
  });
}

function checkFlags(given: SubjectWishes, isServerDryRun: boolean, objects: readonly LoadedObject[]): void {
  if (given.local && isServerDryRun)
    throw new UserError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  if (given.all && given.selector !== "") throw new UserError("cannot set --all and --selector at the same time");
  if (given.user.length === 0 && given.group.length === 0 && given.serviceaccount.length === 0)
    throw new UserError("you must specify at least one value of user, group or serviceaccount");
  for (const account of given.serviceaccount) {
    const [namespace = "", name = "", ...more] = account.split(":");
    if (name === "" || more.length > 0) throw new UserError("serviceaccount must be <namespace>:<name>");
    if (namespace === "" && objects.some(({ object }) => kindOf(object) === "ClusterRoleBinding"))
      throw new UserError("serviceaccount must be <namespace>:<name>, namespace must be specified");
  }
}

function wantedSubjects({ user, group, serviceaccount }: SubjectWishes, namespace: string): JsonObject[] {
  const each = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();
  return [
    ...each(user).map((name) => ({ kind: "User", apiGroup: RBAC_GROUP, name })),
    ...each(group).map((name) => ({ kind: "Group", apiGroup: RBAC_GROUP, name })),
    ...each(serviceaccount).map((account) => {
      const [own = "", name = ""] = account.split(":");
      return { kind: "ServiceAccount", name, namespace: own || namespace };
    }),
  ];
}

/** Undefined when all of them are there. */
function withSubjects(object: ApiObject, subjects: readonly JsonObject[]): ApiObject | undefined {
  const existing = objectsIn(object, "subjects");
  const added = subjects.filter((subject) => !existing.some((each) => jsonEqual(each, subject)));
  return added.length === 0 ? undefined : { ...object, subjects: [...existing, ...added] };
}
