import { expect, test } from "bun:test";

import { deployments, namespaces, pods } from "../../../api/resources.ts";
import type { PodSpec } from "../../../api/types/core-v1.ts";
import { startTestApiServer } from "../../../testing/test-api-server.ts";
import { violations, violationsText } from "./evaluate.ts";
import { policyOf } from "./policy.ts";

const container = { name: "main", image: "web" };

const HARDENED: PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [{ ...container, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
};

const text = (spec: PodSpec, level: "baseline" | "restricted", version: number | "latest" = "latest"): string =>
  violationsText(violations({ metadata: {}, spec }, { level, version }));

test.each<[PodSpec, string]>([
  [{ containers: [container] }, ""],
  [{ containers: [container], hostNetwork: true, hostPID: true }, "host namespaces (hostNetwork=true, hostPID=true)"],
  [
    { containers: [{ ...container, securityContext: { privileged: true } }] },
    'privileged (container "main" must not set securityContext.privileged=true)',
  ],
  [
    { containers: [{ ...container, securityContext: { capabilities: { add: ["SYS_ADMIN", "KILL"] } } }] },
    'non-default capabilities (container "main" must not include "SYS_ADMIN" in securityContext.capabilities.add)',
  ],
  [
    {
      containers: [container],
      volumes: [
        { name: "a", hostPath: { path: "/" } },
        { name: "b", hostPath: { path: "/" } },
      ],
    },
    'hostPath volumes (volumes "a", "b")',
  ],
  [
    {
      containers: [
        {
          ...container,
          ports: [
            { containerPort: 80, hostPort: 80 },
            { containerPort: 81, hostPort: 8080 },
          ],
        },
      ],
    },
    'hostPort (container "main" uses hostPorts 80, 8080)',
  ],
  [
    { containers: [{ ...container, livenessProbe: { httpGet: { host: "example.com", port: 80 } } }] },
    'probe or lifecycle host (container "main" uses probe or lifecycle host "example.com")',
  ],
  [
    { containers: [container], securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
    "forbidden sysctls (kernel.msgmax)",
  ],
  [
    { containers: [container], securityContext: { seLinuxOptions: { type: "x_t", user: "u" } } },
    'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x_t"; user may not be set)',
  ],
  [
    { containers: [container], securityContext: { seccompProfile: { type: "Unconfined" } } },
    'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    { containers: [{ ...container, securityContext: { appArmorProfile: { type: "Unconfined" } } }] },
    'forbidden AppArmor profile (container "main" must not set AppArmor profile type to "Unconfined")',
  ],
])("The baseline says of %j: %s", (spec, expected) => {
  expect(text(spec, "baseline")).toBe(expected);
});

test("The restricted level names everything that a plain pod does not say", () => {
  expect(text({ containers: [container] }, "restricted")).toBe(
    'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  expect(text(HARDENED, "restricted")).toBe("");
});

test("Rules are those of the version that is asked for", () => {
  const probe: PodSpec = { containers: [{ ...container, livenessProbe: { tcpSocket: { host: "a", port: 1 } } }] };
  expect(text(probe, "baseline", 33)).toBe("");
  expect(text(probe, "baseline", 34)).not.toBe("");
  expect(
    text(
      { ...HARDENED, hostUsers: false, securityContext: { ...HARDENED.securityContext, runAsUser: 0 } },
      "restricted",
      34,
    ),
  ).toBe("runAsUser=0 (pod must not set runAsUser=0)");
  expect(
    text(
      { ...HARDENED, hostUsers: false, securityContext: { ...HARDENED.securityContext, runAsUser: 0 } },
      "restricted",
      35,
    ),
  ).toBe("");
});

test("A level that is enforced is warned about too", () => {
  const label = (name: string): string => `pod-security.kubernetes.io/${name}`;
  expect(policyOf({ [label("enforce")]: "baseline", [label("enforce-version")]: "v1.20" }).warn).toEqual({
    level: "baseline",
    version: 20,
  });
  expect(policyOf({}).enforce.level).toBe("privileged");
});

async function restrictedNamespace(api: Awaited<ReturnType<typeof startTestApiServer>>): Promise<void> {
  await api.client.resource(namespaces).create({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "safe", labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
  });
}

test("A pod that violates the level of its namespace is refused", async () => {
  await using api = await startTestApiServer();
  await restrictedNamespace(api);
  const created = api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "safe" },
    spec: {
      hostNetwork: true,
      automountServiceAccountToken: false,
      containers: [container],
      serviceAccountName: "default",
    },
  });
  expect(created).rejects.toThrow('error looking up service account safe/default: serviceaccount "default" not found');
  const mirror = api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "safe", annotations: { "kubernetes.io/config.mirror": "x" } },
    spec: { nodeName: "a", hostNetwork: true, containers: [container] },
  });
  expect(mirror).rejects.toThrow(
    'pods "web" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
  );
});

test("Templates are warned about, and namespaces whose pods violate a new level", async () => {
  await using api = await startTestApiServer({ https: true });
  await restrictedNamespace(api);
  const post = (path: string, body: object, method = "POST", type = "application/json"): Promise<Response> =>
    api.fetch(path, { method, body: JSON.stringify(body), headers: { "content-type": type } });
  const deployment = await post("/apis/apps/v1/namespaces/safe/deployments", {
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { a: "b" } },
      template: { metadata: { labels: { a: "b" } }, spec: { hostPID: true, containers: [container] } },
    },
  });
  expect(deployment.headers.get("warning")).toBe(
    '299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)"',
  );
  expect((await api.client.resource(deployments).get({ name: "web", namespace: "safe" })).metadata.name).toBe("web");

  await post("/api/v1/namespaces/default/pods", { metadata: { name: "a" }, spec: { containers: [container] } });
  const labelled = await post(
    "/api/v1/namespaces/default",
    { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    "PATCH",
    "application/merge-patch+json",
  );
  const warning = labelled.headers.get("warning") ?? "";
  expect(warning).toContain(
    'existing pods in namespace \\"default\\" violate the new PodSecurity enforce level \\"restricted:latest\\"',
  );
  expect(warning).toContain("a: allowPrivilegeEscalation != false, unrestricted capabilities");

  const wrong = await post(
    "/api/v1/namespaces/default",
    { metadata: { labels: { "pod-security.kubernetes.io/warn": "strict" } } },
    "PATCH",
    "application/merge-patch+json",
  );
  expect(((await wrong.json()) as { message: string }).message).toBe(
    'Namespace "default" is invalid: pod-security.kubernetes.io/warn: Invalid value: "strict": must be one of privileged, baseline, restricted',
  );
});
