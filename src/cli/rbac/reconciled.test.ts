import { expect, test } from "bun:test";

import type { ClusterRole, RoleBinding } from "../../api/types/rbac-v1.ts";
import { reconciledBinding, reconciledRole } from "./reconciled.ts";

const role = (verbs: string[], rest: Partial<ClusterRole> = {}): ClusterRole => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "r" },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs }],
  ...rest,
});

const keeps = { removesExtra: false };
const removes = { removesExtra: true };

test("reconciledRole creates what is not there, and leaves what covers the manifest", () => {
  expect(reconciledRole(undefined, role(["get"]), keeps).operation).toBe("create");
  expect(reconciledRole(role(["*"]), role(["get"]), keeps).operation).toBe("none");
});

test("reconciledRole adds what is missing, and takes away the rest only when told to", () => {
  const added = reconciledRole(role(["get", "list"]), role(["get", "watch"]), keeps);
  expect(added.operation).toBe("update");
  expect(added.object.rules?.map(({ verbs }) => verbs)).toEqual([["get", "list"], ["watch"]]);
  const replaced = reconciledRole(role(["get", "list"]), role(["get"]), removes);
  expect(replaced.object.rules).toEqual(role(["get"]).rules);
  expect(replaced.extraRules).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }]);
});

test("reconciledRole merges labels and aggregation, and sees who opted out", () => {
  const selectors = (name: string) => ({ clusterRoleSelectors: [{ matchLabels: { name } }] });
  const merged = reconciledRole(
    role(["get"], { aggregationRule: selectors("a"), metadata: { name: "r", labels: { a: "1" } } }),
    role(["get"], { aggregationRule: selectors("b"), metadata: { name: "r", labels: { a: "2", b: "2" } } }),
    keeps,
  );
  expect(merged.object.metadata.labels).toEqual({ a: "1", b: "2" });
  expect(merged.object.aggregationRule?.clusterRoleSelectors).toHaveLength(2);
  const protectedRole = role(["get"], {
    metadata: { name: "r", annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" } },
  });
  expect(reconciledRole(protectedRole, role(["list"]), keeps).isProtected).toBe(true);
});

const user = (name: string) => ({ kind: "User", name, apiGroup: "rbac.authorization.k8s.io" });

const binding = (names: string[], ref = "r"): RoleBinding => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "b", namespace: "web" },
  roleRef: { kind: "Role", name: ref, apiGroup: "rbac.authorization.k8s.io" },
  subjects: names.map(user),
});

test("reconciledBinding adds subjects, replaces them when told to, and is made anew for another role", () => {
  expect(reconciledBinding(binding(["a"]), binding(["b"]), keeps).object.subjects).toEqual([user("a"), user("b")]);
  expect(reconciledBinding(binding(["a"]), binding(["b"]), removes).object.subjects).toEqual([user("b")]);
  expect(reconciledBinding(binding(["a"]), binding(["a"]), removes).operation).toBe("none");
  expect(reconciledBinding(binding(["a"]), binding(["a"], "other"), keeps).operation).toBe("recreate");
});
