import { expect, test } from "bun:test";

import type { Pod, PodSpec } from "../../types/core-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { podTemplateWarnings, podWarnings } from "./pod-warnings.ts";
import { mergeAppArmorAnnotations } from "./pod/app-armor.ts";

const aPod = (spec: Partial<PodSpec>, metadata: ObjectMeta = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", ...metadata },
  spec: { containers: [{ name: "a" }], ...spec },
});

const CASES: Record<string, [Pod, string[]]> = {
  "nothing odd": [aPod({}), []],
  "a name with dots": [
    aPod({}, { name: "a.b" }),
    [
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ],
  ],
  "old labels of nodes": [
    aPod({
      nodeSelector: { "beta.kubernetes.io/os": "linux" },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "beta.kubernetes.io/arch", operator: "Exists" }] }],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: "a", operator: "In", values: ["-"] }] } },
          ],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "failure-domain.beta.kubernetes.io/zone",
          whenUnsatisfiable: "DoNotSchedule",
        },
      ],
    }),
    [
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
      "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: - is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
      "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
      "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod",
    ],
  ],
  "old annotations": [
    aPod(
      {},
      {
        annotations: {
          "scheduler.alpha.kubernetes.io/critical-pod": "",
          "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
          "container.seccomp.security.alpha.kubernetes.io/a": "unconfined",
        },
      },
    ),
    [
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]: non-functional in v1.27+; use the "seccompProfile" field instead',
    ],
  ],
  "old volumes, and files that hide each other": [
    aPod({
      volumes: [
        { name: "r", rbd: { monitors: ["a"], image: "x" } },
        {
          name: "c",
          configMap: {
            name: "c",
            items: [
              { key: "a", path: "dir" },
              { key: "b", path: "dir/file" },
            ],
          },
        },
        {
          name: "p",
          projected: {
            sources: [
              {},
              { secret: { name: "s", items: [{ key: "a", path: "token/" }] } },
              { serviceAccountToken: { path: "token" } },
            ],
          },
        },
      ],
    }),
    [
      "spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+",
      'volume "c" (ConfigMap "c"): overlapping paths: "dir/file" with "dir"',
      'volume "p" (Projected) has no sources provided',
      'volume "p" (Projected): overlapping paths: "token" (ServiceAccountToken) with "token" (Secret "s")',
    ],
  ],
  duplicates: [
    aPod({
      hostAliases: [{ ip: "1.1.1.1" }, { ip: "1.1.1.1" }],
      imagePullSecrets: [{ name: "s" }, { name: "s" }, {}],
      containers: [
        {
          name: "a",
          env: [
            { name: "PATH", value: "/a" },
            { name: "PATH", value: "$(PATH):/b" },
            { name: "PATH", value: "/c" },
          ],
        },
      ],
    }),
    [
      'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
      'spec.imagePullSecrets[1].name: duplicate name "s"',
      'spec.imagePullSecrets[2].name: invalid empty name ""',
      'spec.containers[0].env[2]: hides previous definition of "PATH", which may be dropped when using apply',
    ],
  ],
  "parts of bytes": [
    aPod({
      overhead: { memory: "1500m" },
      containers: [{ name: "a", resources: { limits: { memory: "100m" }, requests: { "ephemeral-storage": "1" } } }],
    }),
    [
      'spec.overhead[memory]: fractional byte value "1500m" is invalid, must be an integer',
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
  ],
  ports: [
    aPod({
      containers: [
        { name: "a", ports: [{ containerPort: 80, protocol: "TCP", name: "http" }] },
        {
          name: "b",
          ports: [
            { containerPort: 80, protocol: "TCP", name: "http" },
            { containerPort: 80, protocol: "TCP", hostPort: 8080 },
            { containerPort: 80, protocol: "TCP", hostPort: 8080, hostIP: "10.0.0.1" },
            { containerPort: 81, protocol: "TCP", hostIP: "10.0.0.1" },
          ],
        },
      ],
    }),
    [
      "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[1]: overlapping port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[1]: overlapping port definition with spec.containers[1].ports[0]",
      "spec.containers[1].ports[2]: overlapping port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[2]: overlapping port definition with spec.containers[1].ports[0]",
      "spec.containers[1].ports[2]: dangerously ambiguous port definition with spec.containers[1].ports[1]",
      "spec.containers[1].ports[3]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:10.0.0.1}",
      'spec.containers[1].ports[0]: duplicate port name "http" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
    ],
  ],
  addresses: [
    aPod({ dnsConfig: { nameservers: ["FD00::1"] } }),
    ['spec.dnsConfig.nameservers[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")'],
  ],
};

for (const [name, [pod, expected]] of Object.entries(CASES)) {
  test(`podWarnings of ${name}`, () => expect(podWarnings(pod)).toEqual(expected));
}

test("AppArmor annotations are taken over to fields, with a warning", () => {
  const annotations = { "container.apparmor.security.beta.kubernetes.io/a": "localhost/mine" };
  const pod = aPod({}, { annotations });
  mergeAppArmorAnnotations(pod);
  expect(pod.spec?.containers[0]?.securityContext).toEqual({
    appArmorProfile: { type: "Localhost", localhostProfile: "mine" },
  });
  const warning =
    'metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead';
  expect(podWarnings(pod)).toEqual([warning]);
  const template = { metadata: { annotations }, spec: { containers: [{ name: "a" }] } };
  expect(podTemplateWarnings(template, "spec.template")).toEqual([`spec.template.${warning}`]);
});
