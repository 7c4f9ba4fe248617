import { expect, test } from "bun:test";

import { defaulted, kindOf } from "../../testing/kind-checks.ts";

/** What upstream's SetDefaults functions fill in; the defaults of pods, services and workloads have tests of their own. */
const DEFAULTS: [name: string, yaml: string, expected: object][] = [
  [
    "NetworkPolicy with egress",
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: np }
spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] }`,
    { spec: { policyTypes: ["Ingress", "Egress"], egress: [{ ports: [{ port: 53, protocol: "TCP" }] }] } },
  ],
  [
    "IngressClass",
    `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: c }
spec: { controller: a.b/c, parameters: { kind: K, name: n } }`,
    { spec: { parameters: { scope: "Cluster" } } },
  ],
  [
    "StorageClass",
    `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: c }
provisioner: p`,
    { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
  ],
  [
    "CSIDriver",
    `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: d }
spec: {}`,
    {
      spec: {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: "ReadWriteOnceWithFSType",
        volumeLifecycleModes: ["Persistent"],
        requiresRepublish: false,
        seLinuxMount: false,
      },
    },
  ],
  [
    "RoleBinding",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: b }
roleRef: { kind: Role, name: r }
subjects: [{ kind: User, name: u }, { kind: ServiceAccount, name: s }]`,
    {
      roleRef: { apiGroup: "rbac.authorization.k8s.io" },
      subjects: [
        { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "u" },
        { kind: "ServiceAccount", name: "s" },
      ],
    },
  ],
  [
    "PriorityClass",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: p }
value: 1`,
    { preemptionPolicy: "PreemptLowerPriority" },
  ],
  [
    "MutatingWebhookConfiguration",
    `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: w }
webhooks: [{ name: a.b.c, rules: [{}], clientConfig: { service: { name: s, namespace: n } } }]`,
    {
      webhooks: [
        {
          failurePolicy: "Fail",
          matchPolicy: "Equivalent",
          namespaceSelector: {},
          objectSelector: {},
          timeoutSeconds: 10,
          reinvocationPolicy: "Never",
          rules: [{ scope: "*" }],
          clientConfig: { service: { port: 443 } },
        },
      ],
    },
  ],
  [
    "ValidatingAdmissionPolicy",
    `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: p }
spec: { matchConstraints: { resourceRules: [{}] } }`,
    {
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          matchPolicy: "Equivalent",
          namespaceSelector: {},
          objectSelector: {},
          resourceRules: [{ scope: "*" }],
        },
      },
    },
  ],
  [
    "FlowSchema",
    `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: f }
spec: { priorityLevelConfiguration: { name: p } }`,
    { spec: { matchingPrecedence: 1000 } },
  ],
  [
    "PriorityLevelConfiguration",
    `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: p }
spec: { type: Limited, limited: { limitResponse: { type: Queue, queuing: {} } } }`,
    {
      spec: {
        limited: {
          nominalConcurrencyShares: 30,
          lendablePercent: 0,
          limitResponse: { queuing: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
        },
      },
    },
  ],
  [
    "ResourceClaim",
    `
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: { name: c }
spec: { devices: { requests: [{ name: a, exactly: { deviceClassName: gpu } }, { name: b, firstAvailable: [{ name: c, deviceClassName: gpu }] }] } }`,
    {
      spec: {
        devices: {
          requests: [
            { exactly: { allocationMode: "ExactCount", count: 1 } },
            { firstAvailable: [{ allocationMode: "ExactCount", count: 1 }] },
          ],
        },
      },
    },
  ],
  [
    "CustomResourceDefinition",
    `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec: { group: example.com, scope: Namespaced, names: { plural: widgets, kind: Widget }, versions: [] }`,
    { spec: { names: { singular: "widget", listKind: "WidgetList" }, conversion: { strategy: "None" } } },
  ],
  [
    "APIService",
    `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.metrics }
spec: { service: { name: m, namespace: n } }`,
    { spec: { service: { port: 443 } } },
  ],
  [
    "PersistentVolume",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv }
spec: { hostPath: { path: /x } }`,
    { spec: { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }, status: { phase: "Pending" } },
  ],
  [
    "LimitRange",
    `
apiVersion: v1
kind: LimitRange
metadata: { name: l }
spec: { limits: [{ type: Container, max: { cpu: "2" }, min: { memory: 1Mi } }] }`,
    { spec: { limits: [{ default: { cpu: "2" }, defaultRequest: { cpu: "2", memory: "1Mi" } }] } },
  ],
  [
    "HorizontalPodAutoscaler",
    `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: h }
spec: { scaleTargetRef: { kind: Deployment, name: web }, maxReplicas: 3, behavior: { scaleUp: { selectPolicy: Min } } }`,
    {
      spec: {
        minReplicas: 1,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { averageUtilization: 80 } } }],
        behavior: {
          scaleUp: { selectPolicy: "Min", stabilizationWindowSeconds: 0, policies: [{ value: 4 }, { value: 100 }] },
          scaleDown: { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
        },
      },
    },
  ],
  [
    "CronJob",
    `
apiVersion: batch/v1
kind: CronJob
metadata: { name: c }
spec: { schedule: "* * * * *" }`,
    {
      spec: { concurrencyPolicy: "Allow", suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
    },
  ],
];

test.each(DEFAULTS)("defaults of a %s", (_name, yaml, expected) => {
  expect(defaulted(yaml)).toMatchObject(expected);
});

const WRITER = { now: Date.parse("2026-11-21T09:00:00Z"), user: { name: "jane", groups: ["devs"] } };

test("a CertificateSigningRequest records who made it, whatever it says itself", () => {
  const draft = defaulted(`
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: c }
spec: { request: AA==, signerName: a.b/c, username: admin, groups: ["system:masters"] }`);
  kindOf(draft).strategy.prepareCreate?.(draft, WRITER);
  expect(draft).toMatchObject({ spec: { signerName: "a.b/c", username: "jane", groups: ["devs"] } });
});

const crd = (stored: string) =>
  defaulted(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions: [{ name: ${stored}, served: true, storage: true }]`);

test("a CustomResourceDefinition remembers every version that was stored", () => {
  const old = crd("v1");
  const { strategy } = kindOf(old);
  strategy.prepareCreate?.(old, WRITER);
  const draft = Object.assign(crd("v2"), { status: (old as { status?: unknown }).status });
  strategy.prepareUpdate?.(draft, old, WRITER);
  expect(draft).toMatchObject({ status: { storedVersions: ["v1", "v2"] } });
});

test("a local APIService is always available", () => {
  const draft = defaulted(`
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.apps }
spec: { group: apps, version: v1 }`);
  kindOf(draft).strategy.prepareCreate?.(draft, WRITER);
  expect(draft).toMatchObject({
    status: {
      conditions: [{ type: "Available", status: "True", reason: "Local", lastTransitionTime: "2026-11-21T09:00:00Z" }],
    },
  });
});
