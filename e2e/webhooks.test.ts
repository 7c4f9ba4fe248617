import { afterAll, beforeAll, expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import type { Output } from "./support/run.ts";
import { startTestCluster, type TestCluster } from "./support/test-cluster.ts";
import { webhookPod } from "./support/webhook-pod.ts";

/*
 * Webhooks that run as a pod of the cluster, with TLS, called through a Service: of admission, and of conversion.
 */

let cluster: TestCluster;
let caBundle: string;

const apply = async (...items: readonly object[]): Promise<string> => {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { stdout, stderr, exitCode } = await cluster.tryKubectl(["apply", "-f", "-"], { input });
  expect({ stderr: exitCode === 0 ? "" : stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout;
};

const configMap = (name: string, data: Readonly<Record<string, string>> = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels: { hooked: "yes" } },
  data,
});

const create = async (object: object): Promise<Output> =>
  await cluster.tryKubectl(["create", "-f", "-"], { input: JSON.stringify(object) });

const service = (path: string): object => ({ caBundle, service: { namespace: "default", name: "hooks", path } });

const hook = (name: string, more: object = {}): object => ({
  name: `${name}.example.com`,
  clientConfig: service(`/${name}`),
  rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
  objectSelector: { matchLabels: { hooked: "yes" } },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...more,
});

const configuration = (kind: "Mutating" | "Validating", webhooks: readonly object[]): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: `${kind}WebhookConfiguration`,
  metadata: { name: "hooks" },
  webhooks,
});

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
  const { manifests, caBundle: bundle } = await webhookPod();
  caBundle = bundle;
  await apply(...manifests);
  await cluster.kubectl("wait", "--for=condition=Ready", "pod/hooks", "--timeout=60s");
}, 180_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

const LONG_MS = 120_000;

test(
  "webhooks in a pod change and refuse what is written and who connects, and their failures mean what they say",
  async () => {
    await apply(
      configuration("Mutating", [hook("first", { reinvocationPolicy: "IfNeeded" }), hook("second")]),
      configuration("Validating", [
        hook("check"),
        hook("exec", {
          objectSelector: {},
          rules: [{ operations: ["CONNECT"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods/exec"] }],
        }),
      ]),
    );
    const made = await eventually("the webhooks are reached through their Service", async () => {
      const output = await create(configMap("good"));
      return output.exitCode === 0 && output;
    });
    expect(made.stderr).toBe("Warning: checked by a pod\n");
    const labels = await cluster.kubectl("get", "configmap", "good", "-o", "jsonpath={.metadata.labels}");
    expect(JSON.parse(labels)).toEqual({ hooked: "yes", first: "again", second: "yes" });
    const refused = await create(configMap("bad", { bad: "yes" }));
    expect(refused.stderr).toBe(
      'Error from server: error when creating "STDIN": admission webhook "check.example.com" denied the request: bad data\n',
    );
    expect(await cluster.kubectl("exec", "hooks", "--", "echo", "hi")).toBe("hi\n");
    const shell = await cluster.tryKubectl(["exec", "hooks", "--", "sh", "-c", "echo hi"]);
    expect(shell.stderr).toContain('admission webhook "exec.example.com" denied the request: no shells');

    const slow = (failurePolicy: string): object => hook("slow", { timeoutSeconds: 1, failurePolicy });
    await apply(configuration("Validating", [slow("Fail")]));
    const late = await create(configMap("late"));
    expect(late.stderr).toContain(
      'failed calling webhook "slow.example.com": failed to call webhook: Post "https://hooks.default.svc:443/slow?timeout=1s": context deadline exceeded',
    );
    await apply(configuration("Validating", [slow("Ignore")]));
    expect(await create(configMap("late"))).toMatchObject({ exitCode: 0 });

    await cluster.kubectl("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "hooks");
  },
  LONG_MS,
);

test(
  "a webhook in a pod converts objects, and integers keep all their digits",
  async () => {
    const count = "9007199254740993";
    const schema = {
      openAPIV3Schema: {
        type: "object",
        properties: {
          spec: { type: "object", properties: { count: { type: "integer", format: "int64" } } },
        },
      },
    };
    await apply({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "tallies.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "tallies", singular: "tally", kind: "Tally", listKind: "TallyList" },
        versions: [
          { name: "v1", served: true, storage: true, schema },
          { name: "v2", served: true, storage: false, schema },
        ],
        conversion: {
          strategy: "Webhook",
          webhook: { clientConfig: service("/convert"), conversionReviewVersions: ["v1"] },
        },
      },
    });
    await cluster.kubectl("wait", "--for=condition=Established", "crd/tallies.example.com", "--timeout=10s");
    const path = "/apis/example.com/v2/namespaces/default/tallies";
    const input = `{"apiVersion":"example.com/v2","kind":"Tally","metadata":{"name":"large"},"spec":{"count":${count}}}`;
    await eventually("the second version is converted", async () => {
      const output = await cluster.tryKubectl(["create", "--raw", path, "-f", "-"], { input });
      return output.exitCode === 0;
    });
    for (const version of ["v1", "v2"]) {
      const shown = await cluster.kubectl("get", "--raw", `/apis/example.com/${version}/namespaces/default/tallies`);
      expect(shown).toContain(`"apiVersion":"example.com/${version}"`);
      expect(shown).toContain(`"count":${count}`);
    }
    await cluster.kubectl("delete", "crd", "tallies.example.com");
  },
  LONG_MS,
);

test(
  "without its pod a webhook refuses what it is to see, and says why",
  async () => {
    await apply(configuration("Validating", [hook("check")]));
    await cluster.kubectl("delete", "pod", "hooks");
    const refused = await eventually("the Service has no endpoints", async () => {
      const output = await create(configMap("alone"));
      return output.stderr.includes("no endpoints available") && output;
    });
    expect(refused.stderr).toContain(
      'failed calling webhook "check.example.com": failed to call webhook: Post "https://hooks.default.svc:443/check?timeout=10s": no endpoints available for service "hooks"',
    );
  },
  LONG_MS,
);
