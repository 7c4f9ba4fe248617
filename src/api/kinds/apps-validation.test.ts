import { expect, test } from "bun:test";

import { creationProblems, defaulted, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/apps/validation; objects in, problems out. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "Deployment whose container has no image",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: A }] } } }
`,
    [
      "spec.template.spec.containers[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      "spec.template.spec.containers[0].image: Required value",
    ],
  ],
  [
    "StatefulSet whose pods mount its claims",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x, volumeMounts: [{ name: data, mountPath: /d }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
`,
    [],
  ],
  [
    "StatefulSet whose claims want nothing",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: {} }]
`,
    [
      "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
      "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
    ],
  ],
  [
    "Deployment",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [],
  ],
  [
    "Deployment without a selector",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [
      "spec.selector: Required value",
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    "Deployment that selects everything",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: {}, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
  ],
  [
    "Deployment that selects other pods",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
  ],
  [
    "Deployment whose selector is malformed",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchExpressions: [{ key: app, operator: Like }] }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [
      'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Like"}]}: invalid label selector',
    ],
  ],
  [
    "Deployment with numbers out of range",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, replicas: -1, minReadySeconds: -2, revisionHistoryLimit: -3, progressDeadlineSeconds: -4, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0",
      "spec.revisionHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
      "spec.progressDeadlineSeconds: Invalid value: -4: must be greater than or equal to 0",
      "spec.progressDeadlineSeconds: Invalid value: -4: must be greater than minReadySeconds",
    ],
  ],
  [
    "Deployment whose pods end",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { restartPolicy: Never, activeDeadlineSeconds: 5, containers: [{ name: a, image: x }] } } }
`,
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported",
    ],
  ],
  [
    "Deployment of an unknown strategy",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, strategy: { type: Canary }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [
      'spec.strategy: Unsupported value: {"Type":"Canary","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
  ],
  [
    "Deployment that recreates and rolls",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    "Deployment that cannot roll",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    "Deployment that rolls by odd amounts",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, strategy: { rollingUpdate: { maxSurge: many, maxUnavailable: 101% } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [
      "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"many\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
  ],
  [
    "ReplicaSet without anything",
    `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { replicas: -1 }
`,
    [
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      "spec.selector: Required value",
      "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
      "spec.template.spec.containers: Required value",
    ],
  ],
  [
    "DaemonSet",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [],
  ],
  [
    "DaemonSet that rolls both ways",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }
`,
    ["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"],
  ],
  [
    "DaemonSet that cannot roll",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: {}, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }
`,
    [
      "spec.selector: Invalid value: {}: empty selector is invalid for daemonset",
      "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
    ],
  ],
  [
    "DaemonSet of an unknown strategy",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, updateStrategy: { type: Now } }
`,
    [
      'spec.updateStrategy: Unsupported value: {"Type":"Now","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
    ],
  ],
  [
    "StatefulSet",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, serviceName: web }
`,
    [],
  ],
  [
    "StatefulSet with much wrong",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, selector: {}, serviceName: a.b, podManagementPolicy: Any, updateStrategy: { type: OnDelete, rollingUpdate: { partition: 1 } }, ordinals: { start: -1 }, persistentVolumeClaimRetentionPolicy: { whenDeleted: Keep } }
`,
    [
      "spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'",
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
      "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0",
      'spec.serviceName: Invalid value: "a.b": must not contain dots',
      "spec.selector: Invalid value: {}: empty selector is invalid for statefulset",
    ],
  ],
  [
    "ControllerRevision without data",
    `
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: r }
revision: -1
`,
    ["revision: Invalid value: -1: must be greater than or equal to 0", "data: Required value: data is mandatory"],
  ],
  [
    "ReplicationController without a template",
    `
apiVersion: v1
kind: ReplicationController
metadata: { name: rc }
spec: { replicas: -1, minReadySeconds: -1 }
`,
    [
      "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.selector: Required value",
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      "spec.template: Required value",
    ],
  ],
  [
    "ReplicationController that takes its selector from the template",
    `
apiVersion: v1
kind: ReplicationController
metadata: { name: rc }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    [],
  ],
];

test.each(CREATIONS)("creation of a %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

const UPDATES: [name: string, old: string, changed: string, problems: string[]][] = [
  [
    "Deployment of another selector",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable'],
  ],
  [
    "ReplicaSet of another selector",
    `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable'],
  ],
  [
    "DaemonSet of another selector",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: a, image: x }] } } }
`,
    ['spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable'],
  ],
  [
    "StatefulSet that is scaled and rolled",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, serviceName: a }
`,
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, replicas: 3, minReadySeconds: 4, serviceName: a, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: "y" }] } } }
`,
    [],
  ],
  [
    "StatefulSet of another service",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, serviceName: a }
`,
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x }] } }, serviceName: b }
`,
    [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ],
  [
    "ControllerRevision of other data",
    `
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: r }
revision: 1
data: { a: 1 }
`,
    `
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: r }
revision: 2
data: { a: 2 }
`,
    ['data: Invalid value: {"a":2}: field is immutable'],
  ],
];

test.each(UPDATES)("update of a %s", (_name, old, changed, problems) => {
  expect(updateProblems(old, changed)).toEqual(problems);
});

const TEMPLATE = "template: { spec: { containers: [{ name: a, image: x }] } }";

test.each([
  [
    "Deployment",
    {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      template: { spec: { restartPolicy: "Always" } },
    },
  ],
  ["ReplicaSet", { replicas: 1, template: { spec: { restartPolicy: "Always" } } }],
  [
    "DaemonSet",
    {
      revisionHistoryLimit: 10,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    },
  ],
  [
    "StatefulSet",
    {
      podManagementPolicy: "OrderedReady",
      replicas: 1,
      revisionHistoryLimit: 10,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    },
  ],
])("defaults of a %s", (kind, spec) => {
  const yaml = `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: web }, spec: { ${TEMPLATE} } }`;
  expect(defaulted(yaml)).toMatchObject({ spec });
});
