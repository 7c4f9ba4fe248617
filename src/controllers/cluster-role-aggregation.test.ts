import { expect, test } from "bun:test";

import { clusterroles } from "../api/resources.ts";
import type { ClusterRole, PolicyRule } from "../api/types/rbac-v1.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation.ts";

const INTO_MONITORING = { "example.com/aggregate-to-monitoring": "true" };

const read = (resource: string): PolicyRule => ({ apiGroups: [""], resources: [resource], verbs: ["get"] });

const part = (name: string, rules: PolicyRule[]): ClusterRole => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name, labels: INTO_MONITORING },
  rules,
});

test("an aggregated role has the rules of the roles it selects, each once, and follows them", async () => {
  await using cluster = await startTestControllers([clusterRoleAggregationController]);
  const resource = cluster.client.resource(clusterroles);
  await resource.create(part("b", [read("services"), read("pods")]));
  await resource.create(part("a", [read("pods")]));
  await resource.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "monitoring" },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: INTO_MONITORING }] },
    rules: [read("secrets")],
  });
  const becomes = async (wanted: PolicyRule[]): Promise<void> => {
    await cluster.eventually(clusterroles, (all) => {
      const role = all.find(({ metadata }) => metadata.name === "monitoring");
      return role && Bun.deepEquals(role.rules ?? [], wanted);
    });
  };
  await becomes([read("pods"), read("services")]);
  await resource.delete({ name: "b" });
  await becomes([read("pods")]);
  const a = await resource.get({ name: "a" });
  await resource.update({ ...a, metadata: { ...a.metadata, labels: {} } });
  await becomes([]);
  expect((await resource.get({ name: "a" })).rules).toEqual([read("pods")]);
});
