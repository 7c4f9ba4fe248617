import { clusterrolebindings, rolebindings } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { arrayFlag, stringFlag } from "../flags/flag.ts";
import { generator } from "./generator.ts";

const subjectFlags = {
  group: arrayFlag("Groups to bind to the role. The flag can be repeated to add multiple groups."),
  serviceaccount: arrayFlag(
    "Service accounts to bind to the role, in the format <namespace>:<name>. The flag can be repeated to add multiple service accounts.",
  ),
  user: arrayFlag("Usernames to bind to the role. The flag can be repeated to add multiple users."),
};

const RBAC = "rbac.authorization.k8s.io";

export const createRoleBindingCommand = generator({
  usage:
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]",
  examples: `  kube create rolebinding readers --role=reader --user=ann --serviceaccount=ci:runner`,
  type: rolebindings,
  failure: "failed to create rolebinding: ",
  flags: {
    ...subjectFlags,
    clusterrole: stringFlag("ClusterRole this RoleBinding should reference"),
    role: stringFlag("Role this RoleBinding should reference"),
  },
  build({ flags }) {
    if ((flags.clusterrole === "") === (flags.role === ""))
      throw new UserError("exactly one of clusterrole or role must be specified");
    const [kind, name] = flags.role === "" ? ["ClusterRole", flags.clusterrole] : ["Role", flags.role];
    return { body: bindingBody(flags, kind ?? "", name ?? "") };
  },
});

export const createClusterRoleBindingCommand = generator({
  usage:
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]",
  examples: `  kube create clusterrolebinding admins --clusterrole=cluster-admin --user=ann`,
  type: clusterrolebindings,
  failure: "failed to create clusterrolebinding: ",
  flags: { ...subjectFlags, clusterrole: stringFlag("ClusterRole this ClusterRoleBinding should reference") },
  required: ["clusterrole"],
  build: ({ flags }) => ({ body: bindingBody(flags, "ClusterRole", flags.clusterrole) }),
});

interface Subjects {
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly serviceaccount: readonly string[];
}

function bindingBody(flags: Subjects, kind: string, name: string): JsonObject {
  const subjects: JsonObject[] = [
    ...flags.user.map((user) => ({ kind: "User", apiGroup: RBAC, name: user })),
    ...flags.group.map((group) => ({ kind: "Group", apiGroup: RBAC, name: group })),
    ...flags.serviceaccount.map(serviceAccountSubject),
  ];
  return { ...(subjects.length > 0 ? { subjects } : {}), roleRef: { apiGroup: RBAC, kind, name } };
}

function serviceAccountSubject(account: string): JsonObject {
  const [namespace, name, ...more] = account.split(":");
  if (!namespace || !name || more.length > 0) throw new UserError("serviceaccount must be <namespace>:<name>");
  return { kind: "ServiceAccount", name, namespace };
}
