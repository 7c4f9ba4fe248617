import { expect, test } from "bun:test";

import { clusterroles, configmaps, pods, rolebindings, roles } from "../../../api/resources.ts";
import type { ClusterRole, PolicyRule, RoleBinding, Subject } from "../../../api/types/rbac-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";

const ROBOT = "system:serviceaccount:default:robot";
const ACCOUNT_GROUPS = ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"];
const API_VERSION = "rbac.authorization.k8s.io/v1";

const robotAccount: Subject = { kind: "ServiceAccount", name: "robot", namespace: "default" };
const jane: Subject = { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" };

const binding = (name: string, role: string, subject: Subject): RoleBinding => ({
  apiVersion: API_VERSION,
  kind: "RoleBinding",
  metadata: { name, namespace: "default" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [subject],
});

const clusterRole = (name: string, rules: PolicyRule[]): ClusterRole => ({
  apiVersion: API_VERSION,
  kind: "ClusterRole",
  metadata: { name },
  rules,
});

const readPods: PolicyRule = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };

/** Without controllers nobody fills in the roles that are made of others. */
async function bindPodReader(api: TestApiServer, subject: Subject): Promise<void> {
  await api.client.resource(clusterroles).create(clusterRole("pod-reader", [readPods]));
  await api.client.resource(rolebindings).create(binding("readers", "pod-reader", subject));
}

test("a service account may do nothing until a binding says so, and nothing again without it", async () => {
  await using api = await startTestApiServer({ rbac: true });
  const robot = api.clientOf(ROBOT, ACCOUNT_GROUPS).resource(pods);
  const list = () => robot.list({ namespace: "default" });
  const refusal = `pods is forbidden: User "${ROBOT}" cannot list resource "pods" in API group "" in the namespace "default"`;
  expect(list()).rejects.toThrow(refusal);
  await bindPodReader(api, robotAccount);
  expect((await list()).items).toEqual([]);
  expect(robot.list({ namespace: "kube-system" })).rejects.toThrow('in the namespace "kube-system"');
  await api.client.resource(rolebindings).delete({ name: "readers", namespace: "default" });
  expect(list()).rejects.toThrow(refusal);
});

test("a binding to a role that is not there says so, and works once it is", async () => {
  await using api = await startTestApiServer({ rbac: true });
  const robot = api.clientOf(ROBOT, ACCOUNT_GROUPS).resource(pods);
  await api.client.resource(rolebindings).create(binding("readers", "pod-reader", robotAccount));
  expect(robot.list({ namespace: "default" })).rejects.toThrow(
    'in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "pod-reader" not found',
  );
  await api.client.resource(clusterroles).create(clusterRole("pod-reader", [readPods]));
  expect((await robot.list({ namespace: "default" })).items).toEqual([]);
});

test("a server that starts on a store knows its roles", async () => {
  await using first = await startTestApiServer({ rbac: true });
  await bindPodReader(first, robotAccount);
  const before = await first.store.revision();
  await using second = await startTestApiServer({ rbac: true, store: first.store });
  expect(await first.store.revision()).toBe(before);
  expect((await second.clientOf(ROBOT, ACCOUNT_GROUPS).resource(pods).list({ namespace: "default" })).items).toEqual(
    [],
  );
});

test("a start completes the roles of the bootstrap policy, but not those that are kept", async () => {
  await using first = await startTestApiServer({ rbac: true });
  const resource = first.client.resource(clusterroles);
  const basic = await resource.get({ name: "system:basic-user" });
  const discovery = await resource.get({ name: "system:discovery" });
  const added = { ...readPods };
  await resource.update({ ...basic, rules: [added] });
  const annotations = { "rbac.authorization.kubernetes.io/autoupdate": "false" };
  await resource.update({ ...discovery, metadata: { ...discovery.metadata, annotations }, rules: [] });
  await using second = await startTestApiServer({ rbac: true, store: first.store });
  const completed = await second.client.resource(clusterroles).get({ name: "system:basic-user" });
  expect(completed.rules?.[0]).toEqual(added);
  expect(completed.rules?.length).toBeGreaterThan(1);
  expect((await second.client.resource(clusterroles).get({ name: "system:discovery" })).rules ?? []).toEqual([]);
});

test("everybody may ask who they are, and nobody unknown may read the API's list", async () => {
  await using api = await startTestApiServer({ rbac: true, https: true });
  const anonymous = (path: string) =>
    fetch(`${api.connection.server}${path}`, { tls: { ca: api.connection.caPem ?? "" } });
  expect((await anonymous("/version")).status).toBe(200);
  expect(await (await anonymous("/apis")).json()).toMatchObject({
    code: 403,
    message: 'forbidden: User "system:anonymous" cannot get path "/apis"',
  });
  const asJane = await api.fetch("/apis", { headers: { "impersonate-user": "jane" } });
  expect(asJane.status).toBe(200);
});

test("impersonation is decided by the roles of who is impersonated, and needs the right to", async () => {
  await using api = await startTestApiServer({ rbac: true, https: true });
  await bindPodReader(api, jane);
  const asked = async (headers: Record<string, string>, resource: string) => {
    const response = await api.fetch("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { namespace: "default", verb: "list", resource } },
      }),
    });
    return ((await response.json()) as { status: { allowed: boolean; reason?: string } }).status;
  };
  const source = 'RBAC: allowed by RoleBinding "readers/default" of ClusterRole "pod-reader" to User "jane"';
  expect(await asked({ "impersonate-user": "jane" }, "pods")).toEqual({ allowed: true, reason: source });
  expect(await asked({ "impersonate-user": "jane" }, "secrets")).toEqual({ allowed: false });
  expect(await asked({ "impersonate-user": "joe" }, "pods")).toEqual({ allowed: false });
});

test("nobody gives rights away by a role that they do not have", async () => {
  await using api = await startTestApiServer({ rbac: true });
  const manageRoles: PolicyRule = {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["roles", "rolebindings"],
    verbs: ["create", "update", "get"],
  };
  await api.client.resource(clusterroles).create(clusterRole("janes", [manageRoles, readPods]));
  await api.client.resource(rolebindings).create(binding("jane", "janes", jane));
  const own = api.clientOf("jane");
  const role = (name: string, rules: PolicyRule[]) => ({ ...clusterRole(name, rules), kind: "Role" });
  const create = (name: string, rules: PolicyRule[]) => {
    const { metadata, ...rest } = role(name, rules);
    return own.resource(roles).create({ ...rest, metadata: { ...metadata, namespace: "default" } });
  };
  await create("same", [readPods]);
  expect(create("more", [{ ...readPods, verbs: ["get", "delete", "create"] }])).rejects.toThrow(
    'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to ' +
      'grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete" "create"]}',
  );

  await own.resource(rolebindings).create(binding("fine", "janes", robotAccount));
  expect(own.resource(rolebindings).create(binding("admin", "cluster-admin", jane))).rejects.toThrow(
    'rolebindings.rbac.authorization.k8s.io "admin" is forbidden: user "jane" (groups=["system:authenticated"]) is ' +
      'attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n' +
      '{NonResourceURLs:["*"], Verbs:["*"]}',
  );
  expect(own.resource(rolebindings).create(binding("none", "nobodys", jane))).rejects.toThrow(
    'clusterroles.rbac.authorization.k8s.io "nobodys" not found',
  );
});

test("who may escalate or bind may give away more", async () => {
  await using api = await startTestApiServer({ rbac: true });
  const may: PolicyRule[] = [
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create", "escalate"] },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs: ["create"] },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["clusterroles"],
      resourceNames: ["pod-reader"],
      verbs: ["bind"],
    },
  ];
  await api.client.resource(clusterroles).create(clusterRole("janes", may));
  await api.client.resource(clusterroles).create(clusterRole("pod-reader", [readPods]));
  await api.client.resource(rolebindings).create(binding("jane", "janes", jane));
  const own = api.clientOf("jane");
  const role = { apiVersion: API_VERSION, kind: "Role", metadata: { name: "more", namespace: "default" } };
  await own.resource(roles).create({ ...role, rules: [readPods] });
  await own.resource(rolebindings).create(binding("readers", "pod-reader", robotAccount));
  expect(own.resource(rolebindings).create(binding("admin", "cluster-admin", jane))).rejects.toThrow(
    "not currently held",
  );
});

test("a node agent works with its own Node and lease only, and not with what no agent needs", async () => {
  await using api = await startTestApiServer({ rbac: true });
  const agent = api.clientOf("system:node:one", ["system:nodes", "system:authenticated"]);
  expect((await agent.resource(pods).list()).items).toEqual([]);
  expect(
    agent.resource(configmaps).create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "default" },
    }),
  ).rejects.toThrow('cannot create resource "configmaps"');
  const node = { verb: "get", group: "", version: "v1", resource: "nodes", name: "two" } as const;
  expect(agent.transport.request(node)).rejects.toThrow("node 'one' cannot read 'two', only its own Node object");
});
