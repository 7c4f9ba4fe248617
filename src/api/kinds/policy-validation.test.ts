import { expect, test } from "bun:test";

import { creationProblems, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis validation of policy, rbac, scheduling, storage, autoscaling and quotas. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "PodDisruptionBudget of both kinds",
    `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: x }
spec: { minAvailable: 1, maxUnavailable: 200%, unhealthyPodEvictionPolicy: Never }
`,
    [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"200%","UnhealthyPodEvictionPolicy":"Never"}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%',
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
  ],
  [
    "Role",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: x }
rules: [{ verbs: [get], apiGroups: [""], resources: [pods] }]
`,
    [],
  ],
  [
    "Role of nothing",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: x }
rules: [{ verbs: [] }, { verbs: [get], nonResourceURLs: [/x] }]
`,
    [
      "rules[0].verbs: Required value: verbs must contain at least one value",
      "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      "rules[0].resources: Required value: resource rules must supply at least one resource",
      'rules[1].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ],
  [
    "ClusterRole that mixes",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: x }
aggregationRule: {}
rules: [{ verbs: [get], nonResourceURLs: [/x], resources: [pods] }]
`,
    [
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
      "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
    ],
  ],
  [
    "ClusterRoleBinding with bad parts",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: x }
roleRef: { kind: Role, name: "" }
subjects: [{ kind: ServiceAccount, name: s, apiGroup: a }, { kind: Robot, name: r }, { kind: User, name: "", apiGroup: b }]
`,
    [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      "roleRef.name: Required value",
      'subjects[0].apiGroup: Unsupported value: "a": supported values: ""',
      "subjects[0].namespace: Required value",
      'subjects[1].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
      "subjects[2].name: Required value",
      'subjects[2].apiGroup: Unsupported value: "b": supported values: "rbac.authorization.k8s.io"',
    ],
  ],
  [
    "PriorityClass that is too high",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: x }
value: 1000000001
preemptionPolicy: Always
`,
    [
      "value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
      'preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"',
    ],
  ],
  [
    "PriorityClass of the system",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: system-cluster-critical }
value: 2000000000
`,
    [],
  ],
  [
    "PriorityClass that pretends",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: system-mine }
value: 1
`,
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
    ],
  ],
  [
    "StorageClass",
    `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: x }
provisioner: ""
reclaimPolicy: Recycle
volumeBindingMode: Later
allowedTopologies: [{ matchLabelExpressions: [{ key: a, values: [] }, { key: a, values: [b, b] }] }]
`,
    [
      "provisioner: Required value",
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
      'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
      "allowedTopologies[0].matchLabelExpressions[0].values: Required value",
      'allowedTopologies[0].matchLabelExpressions[1].values[1]: Duplicate value: "b"',
      'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "a"',
    ],
  ],
  [
    "ResourceQuota",
    `
apiVersion: v1
kind: ResourceQuota
metadata: { name: x }
spec: { hard: { cpu: "1", pods: "2", requests.storage: 1Gi, count/deployments.apps: "3", example.com/gpu: "1" } }
`,
    [],
  ],
  [
    "ResourceQuota with much wrong",
    `
apiVersion: v1
kind: ResourceQuota
metadata: { name: x }
spec:
  hard: { bananas: "1", pods: 500m, cpu: "-1" }
  scopes: [BestEffort, NotBestEffort, Odd]
  scopeSelector: { matchExpressions: [{ scopeName: Terminating, operator: In, values: [] }, { scopeName: PriorityClass, operator: Like }] }
`,
    [
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota',
      'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.hard[pods]: Invalid value: "500m": must be an integer',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Odd"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Odd"]: unsupported scope',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","Odd"]: conflicting scopes',
      "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "Like": not a valid selector operator',
    ],
  ],
  [
    "LimitRange",
    `
apiVersion: v1
kind: LimitRange
metadata: { name: x }
spec: { limits: [{ type: Container, max: { cpu: "2" }, min: { cpu: 100m }, default: { cpu: "1" } }] }
`,
    [],
  ],
  [
    "LimitRange with much wrong",
    `
apiVersion: v1
kind: LimitRange
metadata: { name: x }
spec:
  limits:
    - { type: Container, max: { cpu: "1" }, min: { cpu: "2" }, default: { memory: 1Gi }, defaultRequest: { memory: 2Gi } }
    - { type: Container, maxLimitRequestRatio: { cpu: 500m } }
    - { type: Pod, default: { cpu: "1" } }
    - { type: PersistentVolumeClaim }
    - { type: Odd, max: { x: "1" } }
`,
    [
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
      'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
      'spec.limits[0].defaultRequest[memory]: Invalid value: "2Gi": default request value 2Gi is greater than default limit value 1Gi',
      'spec.limits[1].type: Duplicate value: "Container"',
      'spec.limits[1].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      "spec.limits[2].default: Forbidden: may not be specified when `type` is 'Pod'",
      "spec.limits[3].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
      'spec.limits[4].type: Invalid value: "Odd": must be a standard limit type or fully qualified',
      'spec.limits[4].max[x]: Invalid value: "x": must be a standard resource type or fully qualified',
    ],
  ],
  [
    "HorizontalPodAutoscaler",
    `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: x }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 }
`,
    [],
  ],
  [
    "HorizontalPodAutoscaler with much wrong",
    `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: x }
spec:
  scaleTargetRef: { kind: Deployment, name: "" }
  minReplicas: 0
  maxReplicas: 0
  metrics:
    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 0 } } }
    - { type: Pods, resource: { name: "", target: { type: "" } } }
    - { type: Object, object: { describedObject: { kind: a, name: b }, metric: { name: "" }, target: { type: Value, value: "0" } }, pods: { metric: { name: x }, target: { type: Value } } }
    - { type: Odd }
  behavior: { scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: Any, policies: [{ type: Pods, value: 0, periodSeconds: 1801 }] } }
`,
    [
      "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
      "spec.maxReplicas: Required value: must be set and greater than 0",
      "spec.scaleTargetRef.name: Required value",
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
      "spec.metrics[1].resource.name: Required value: must specify a resource name",
      "spec.metrics[1].resource.target.type: Required value: must specify a metric target type",
      'spec.metrics[1].resource.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
      "spec.metrics[1].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization",
      "spec.metrics[1].pods: Required value: must populate information for the given metric source",
      "spec.metrics[2].object.metric.name: Required value: must specify a metric name",
      'spec.metrics[2].object.target.value: Invalid value: "0": must be positive',
      "spec.metrics[2].pods: Forbidden: must populate the given metric source only",
      'spec.metrics[3].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      'spec.metrics[3].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
      'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Any": supported values: "Disabled", "Max", "Min"',
      "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
      "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
    ],
  ],
  [
    "HorizontalPodAutoscaler of v1",
    `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: { name: x }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: -1 }
`,
    [
      "spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1",
      "spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`",
    ],
  ],
];

test.each(CREATIONS)("creation of a %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

const UPDATES: [name: string, old: string, changed: string, problems: string[]][] = [
  [
    "RoleBinding of another role",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: x }
roleRef: { kind: Role, name: a }
`,
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: x }
roleRef: { kind: Role, name: b }
`,
    [
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef',
    ],
  ],
  [
    "PriorityClass of another value",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: x }
value: 1
`,
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: x }
value: 2
preemptionPolicy: Never
`,
    [
      "value: Forbidden: may not be changed in an update.",
      'preemptionPolicy: Invalid value: "Never": field is immutable',
    ],
  ],
  [
    "StorageClass of another provisioner",
    `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: x }
provisioner: a
`,
    `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: x }
provisioner: b
parameters: { x: "1" }
`,
    ['parameters: Invalid value: {"x":"1"}: field is immutable', 'provisioner: Invalid value: "b": field is immutable'],
  ],
  [
    "ResourceQuota of other scopes",
    `
apiVersion: v1
kind: ResourceQuota
metadata: { name: x }
spec: { scopes: [BestEffort] }
`,
    `
apiVersion: v1
kind: ResourceQuota
metadata: { name: x }
spec: {}
`,
    ["spec.scopes: Invalid value: null: field is immutable"],
  ],
];

test.each(UPDATES)("update of a %s", (_name, old, changed, problems) => {
  expect(updateProblems(old, changed)).toEqual(problems);
});
