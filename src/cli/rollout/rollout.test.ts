import { expect, test } from "bun:test";

import { deployments, replicasets } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";
import { rolloutStatus } from "./rollout-status.ts";

const deployment = (status: Record<string, number>) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", generation: 2 },
  spec: { replicas: 3 },
  status,
});

test.each([
  [{ observedGeneration: 1 }, "Waiting for deployment spec update to be observed...\n", false],
  [
    { observedGeneration: 2, updatedReplicas: 1, replicas: 4 },
    'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n',
    false,
  ],
  [
    { observedGeneration: 2, updatedReplicas: 3, replicas: 4 },
    'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...\n',
    false,
  ],
  [
    { observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 2 },
    'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n',
    false,
  ],
  [
    { observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
    'deployment "web" successfully rolled out\n',
    true,
  ],
])("rolloutStatus of a deployment with %j", (status, text, isDone) => {
  expect(rolloutStatus(deployment(status), 0)).toEqual({ text, isDone });
});

test("rolloutStatus refuses a revision that is not the running one", () => {
  expect(() => rolloutStatus(deployment({}), 3)).toThrow(
    "desired revision (3) is different from the running revision (0)",
  );
});

test("rollout shows the history of a deployment and goes back to the revision before", async () => {
  await using api = await startTestApiServer({ https: true });
  const template = (image: string) => ({
    metadata: { labels: { app: "web" } },
    spec: { containers: [{ name: "main", image }] },
  });
  const selector = { matchLabels: { app: "web" } };
  const created = await api.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: { selector, template: template("hello:2") },
  });
  const owner = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: "web",
    uid: created.metadata.uid ?? "",
    controller: true,
  };
  for (const revision of ["1", "2"]) {
    await api.client.resource(replicasets).create({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `web-${revision}`,
        namespace: "default",
        labels: { app: "web" },
        annotations: {
          "deployment.kubernetes.io/revision": revision,
          "kubernetes.io/change-cause": `change ${revision}`,
        },
        ownerReferences: [owner],
      },
      spec: { selector, template: template(`hello:${revision}`) },
    });
  }
  const history = await captureRun(["rollout", "history", "deploy/web"], api.connection);
  expect(history.stdout).toBe(
    "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         change 1\n2         change 2\n\n",
  );
  const undone = await captureRun(["rollout", "undo", "deploy/web"], api.connection);
  expect(undone).toEqual({ stdout: "deployment.apps/web rolled back\n", stderr: "", exitCode: 0 });
  const restored = await api.client.resource(deployments).get({ name: "web", namespace: "default" });
  expect(restored.spec?.template.spec?.containers[0]?.image).toBe("hello:1");
  const same = await captureRun(["rollout", "undo", "deploy/web", "--to-revision=1"], api.connection);
  expect(same.stdout).toBe("deployment.apps/web skipped rollback (current template already matches revision 1)\n");
});
