import { expect, test } from "bun:test";

import { creationProblems, defaulted, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/core/validation; objects in, problems out. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "ConfigMap",
    `
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { a: "1", b.c-d_E: "2" }
binaryData: { x: AA== }
`,
    [],
  ],
  [
    "ConfigMap with bad keys",
    `
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { "a b": "1", x: "2" }
binaryData: { x: AA==, "..": AA== }
`,
    [
      "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      'data[x]: Invalid value: "x": duplicate of key present in binaryData',
      "binaryData[..]: Invalid value: \"..\": must not be '..'",
    ],
  ],
  [
    "Secret with a bad key",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
data: { "a/b": AA== }
`,
    [
      "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
  ],
  [
    "Secret of docker credentials that are no JSON",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/dockerconfigjson
data: { .dockerconfigjson: bm8= }
`,
    [
      "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'o' in literal null (expecting 'u')",
    ],
  ],
  [
    "Secret of docker credentials that are a list",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/dockercfg
stringData: { .dockercfg: "[]" }
`,
    [
      'data[.dockercfg]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
  ],
  [
    "Secret of TLS without its parts",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/tls
`,
    ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
  ],
  [
    "Secret of basic auth without its parts",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/basic-auth
`,
    ["data[username]: Required value", "data[password]: Required value"],
  ],
  [
    "Secret of an SSH key that is empty",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/ssh-auth
data: { ssh-privatekey: "" }
`,
    ["data[ssh-privatekey]: Required value"],
  ],
  [
    "Secret of a token of nobody",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: kubernetes.io/service-account-token
`,
    ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
  ],
  [
    "Namespace with an odd finalizer",
    `
apiVersion: v1
kind: Namespace
metadata: { name: n }
spec: { finalizers: [example.com/mine, theirs] }
`,
    ['spec.finalizers: Invalid value: "theirs": name is neither a standard finalizer name nor is it fully qualified'],
  ],
  [
    "Node",
    `
apiVersion: v1
kind: Node
metadata: { name: n1 }
spec: { podCIDR: 10.244.0.0/24, taints: [{ key: a, effect: NoSchedule }] }
status: { capacity: { cpu: "4", pods: "110", memory: 8Gi, example.com/gpu: "1" } }
`,
    [],
  ],
  [
    "Node with much wrong",
    `
apiVersion: v1
kind: Node
metadata: { name: n1 }
spec:
  podCIDRs: [10.244.0.0/24, 10.1.0.1/24]
  taints: [{ key: a, effect: NoSchedule }, { key: a, value: b, effect: NoSchedule }, { key: b, effect: Never }, { key: c }]
status:
  capacity: { cpu: "-1", pods: 1500m }
  declaredFeatures: [B, A, a]
`,
    [
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      'metadata.taints[2].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      "metadata.taints[3].effect: Required value",
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
      'status.declaredFeatures[2]: Invalid value: "a": invalid feature name "a": must start with an UpperCamelCase segment, with subsequent segments separated by \'/\' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes',
      'spec.podCIDRs[1]: Invalid value: "10.1.0.1/24": must not have bits set beyond the prefix length',
      'spec.podCIDRs: Invalid value: ["10.244.0.0/24","10.1.0.1/24"]: may specify no more than one CIDR for each IP family',
    ],
  ],
  [
    "Event of another namespace",
    `
apiVersion: v1
kind: Event
metadata: { name: e, namespace: a }
involvedObject: { kind: Pod, namespace: b, name: p }
`,
    ['involvedObject.namespace: Invalid value: "b": does not match event.namespace'],
  ],
  [
    "Event with an eventTime and nothing else",
    `
apiVersion: v1
kind: Event
metadata: { name: e, namespace: a }
involvedObject: { kind: Node, name: n }
eventTime: "2026-11-21T09:00:00.000000Z"
`,
    [
      'involvedObject.namespace: Invalid value: "": does not match event.namespace',
      "reportingComponent: Required value",
      'reportingComponent: Invalid value: "": name part must be non-empty',
      "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      "reportingInstance: Required value",
      "action: Required value",
      "reason: Required value",
    ],
  ],
  [
    "Event of events.k8s.io with fields of the older API",
    `
apiVersion: events.k8s.io/v1
kind: Event
metadata: { name: e, namespace: default }
regarding: { kind: Node, name: n }
eventTime: "2026-11-21T09:00:00.000000Z"
reportingController: kubelet
reportingInstance: n
action: Start
reason: Started
type: Odd
deprecatedCount: 2
deprecatedSource: { component: x }
series: { count: 1, lastObservedTime: null }
`,
    [
      'series.count: Invalid value: "": should be at least 2',
      "series.lastObservedTime: Required value",
      'type: Invalid value: "": has invalid value: Odd',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ],
  ],
  [
    "Lease",
    `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: l }
spec: { leaseDurationSeconds: 0, leaseTransitions: -1 }
`,
    [
      "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
      "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ],
  ],
  [
    "Endpoints",
    `
apiVersion: v1
kind: Endpoints
metadata: { name: e }
subsets:
  - { addresses: [{ ip: 10.0.0.1 }], ports: [{ port: 80 }] }
  - { ports: [{ port: 0, protocol: HTTP }, { name: A, port: 70000 }] }
  - { addresses: [{ ip: 127.0.0.1, nodeName: "a b" }], notReadyAddresses: [{ ip: x }] }
`,
    [
      "subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`",
      "subsets[1].ports[0].name: Required value",
      "subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      'subsets[1].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
      "subsets[1].ports[1].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      "subsets[1].ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
      "subsets[2].addresses[0].nodeName: Invalid value: \"a b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'subsets[2].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'subsets[2].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[2].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address',
    ],
  ],
  [
    "EndpointSlice",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s }
addressType: IPv4
ports: [{ name: a, port: 80 }, { name: a, port: 81 }]
endpoints:
  - { addresses: [] }
  - { addresses: ["fd00::1"], hints: { forZones: [{ name: z }, { name: z }] } }
`,
    [
      'ports[1].name: Duplicate value: "a"',
      "endpoints[0].addresses: Required value: must contain at least 1 address",
      'endpoints[1].addresses: Invalid value: "fd00::1": must be an IPv4 address',
      'endpoints[1].hints.forZones[1].name: Duplicate value: "z"',
    ],
  ],
  [
    "EndpointSlice of domain names",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s }
addressType: FQDN
endpoints: [{ addresses: [example.com., example] }]
`,
    [
      'endpoints[0].addresses[1]: Invalid value: "example": should be a domain with at least two segments separated by dots',
    ],
  ],
  [
    "EndpointSlice without a type",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s }
endpoints: []
`,
    ["addressType: Required value"],
  ],
  [
    "Service",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }], selector: { app: web } }
`,
    [],
  ],
  [
    "Service without ports",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
`,
    ["spec.ports: Required value"],
  ],
  [
    "headless Service without ports",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: None, clusterIPs: [None] }
`,
    [],
  ],
  [
    "Service with bad ports",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec:
  type: NodePort
  ports:
    - { name: a, port: 80, targetPort: http, nodePort: 30080 }
    - { name: a, port: 80, targetPort: 99999, nodePort: 30080 }
    - { port: 0, protocol: tcp, targetPort: UP_ }
`,
    [
      'spec.ports[1].name: Duplicate value: "a"',
      "spec.ports[1].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive",
      "spec.ports[2].name: Required value",
      "spec.ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      'spec.ports[2].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
      'spec.ports[2].targetPort: Invalid value: "UP_": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.ports[2].targetPort: Invalid value: "UP_": must contain at least one letter (a-z)',
      "spec.ports[1].nodePort: Duplicate value: 30080",
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
  ],
  [
    "Service of an unknown type",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { type: Cluster, ports: [{ port: 80 }], sessionAffinity: Cookie, externalTrafficPolicy: Local, trafficDistribution: Far }
`,
    [
      'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
      'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      'spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ],
  [
    "Service of type ExternalName without a name",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { type: ExternalName, clusterIPs: [10.0.0.1], ipFamilyPolicy: SingleStack }
`,
    [
      "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
      "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
      "spec.externalName: Required value",
    ],
  ],
  [
    "Service with addresses that do not fit",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2, 10.0.0.3], ipFamilies: [IPv6, IPv6], externalIPs: [127.0.0.1, y], ports: [{ port: 80, nodePort: 30080 }] }
`,
    [
      'spec.clusterIPs: Invalid value: ["10.0.0.2","10.0.0.3"]: first value must match `clusterIP`',
      'spec.ipFamilies[1]: Duplicate value: "IPv6"',
      'spec.clusterIPs: Invalid value: ["10.0.0.2","10.0.0.3"]: may specify no more than one IP for each IP family',
      'spec.clusterIPs[0]: Invalid value: "10.0.0.2": expected an IPv6 value as indicated by `ipFamilies[0]`',
      'spec.clusterIPs[1]: Invalid value: "10.0.0.3": expected an IPv6 value as indicated by `ipFamilies[1]`',
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "y": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
  ],
  [
    "Service with what only load balancers have",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }], loadBalancerSourceRanges: [10.0.0.0/8, x], loadBalancerClass: a/b, allocateLoadBalancerNodePorts: false, healthCheckNodePort: 3 }
`,
    [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.healthCheckNodePort: Invalid value: 3: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
  ],
  [
    "Service with an affinity that lasts too long",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }], sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } } }
`,
    [
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400",
    ],
  ],
];

test.each(CREATIONS)("creation of a %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

const UPDATES: [name: string, old: string, changed: string, problems: string[]][] = [
  [
    "ConfigMap that is immutable",
    `
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
immutable: true
data: { a: "1" }
`,
    `
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { a: "2" }
binaryData: { b: AA== }
`,
    [
      "immutable: Forbidden: field is immutable when `immutable` is set",
      "data: Forbidden: field is immutable when `immutable` is set",
      "binaryData: Forbidden: field is immutable when `immutable` is set",
    ],
  ],
  [
    "Secret of another type",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
`,
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: example.com/mine
`,
    ['type: Invalid value: "example.com/mine": field is immutable'],
  ],
  [
    "Node of another range",
    `
apiVersion: v1
kind: Node
metadata: { name: n }
spec: { podCIDR: 10.0.0.0/24, providerID: a }
`,
    `
apiVersion: v1
kind: Node
metadata: { name: n }
spec: { podCIDR: 10.0.1.0/24, providerID: b }
status: { addresses: [{ type: Hostname, address: n }, { type: Hostname, address: n }] }
`,
    [
      'status.addresses[1]: Duplicate value: {"Type":"Hostname","Address":"n"}',
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ],
  ],
  [
    "Service of another address",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{ port: 80 }] }
`,
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: 10.0.0.2, clusterIPs: [10.0.0.2], ipFamilies: [IPv4], ports: [{ port: 80 }] }
`,
    ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
  ],
  [
    "Service that lets its address go",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{ port: 80 }] }
`,
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }] }
`,
    [
      "spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset",
      "spec.ipFamilies[0]: Invalid value: null: primary ipFamily can not be unset",
    ],
  ],
  [
    "Service that becomes an ExternalName",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{ port: 80 }] }
`,
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { type: ExternalName, externalName: example.com, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4] }
`,
    [],
  ],
  [
    "Service whose external address an older server let in",
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }], externalIPs: [1.2.3.004] }
`,
    `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 81 }], externalIPs: [1.2.3.004, 1.2.3.005] }
`,
    ['spec.externalIPs[1]: Invalid value: "1.2.3.005": must not have leading 0s'],
  ],
  [
    "EndpointSlice of another address type",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s }
addressType: IPv4
endpoints: []
`,
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s }
addressType: IPv6
endpoints: []
`,
    ['addressType: Invalid value: "IPv6": field is immutable'],
  ],
  [
    "Event of events.k8s.io that was rewritten",
    `
apiVersion: events.k8s.io/v1
kind: Event
metadata: { name: e, namespace: default }
regarding: { kind: Node, name: n }
eventTime: "2026-11-21T09:00:00.000000Z"
reportingController: kubelet
reportingInstance: n
action: Start
reason: Started
type: Normal
note: one
`,
    `
apiVersion: events.k8s.io/v1
kind: Event
metadata: { name: e, namespace: default }
regarding: { kind: Node, name: n }
eventTime: "2026-11-21T09:00:00.000000Z"
reportingController: kubelet
reportingInstance: n
action: Start
reason: Started
type: Warning
note: two
series: { count: 2, lastObservedTime: "2026-11-21T09:00:01.000000Z" }
`,
    ['message: Invalid value: "two": field is immutable', 'type: Invalid value: "Warning": field is immutable'],
  ],
];

test.each(UPDATES)("update of a %s", (_name, old, changed, problems) => {
  expect(updateProblems(old, changed)).toEqual(problems);
});

test("defaults of a Service", () => {
  const yaml = `
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { type: LoadBalancer, ports: [{ port: 80 }], sessionAffinity: ClientIP }`;
  expect(defaulted(yaml)).toMatchObject({
    spec: {
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: "Cluster",
      internalTrafficPolicy: "Cluster",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
    },
  });
});

test("defaults of a Secret turn plain text into data", () => {
  const yaml = `
apiVersion: v1
kind: Secret
metadata: { name: s }
data: { a: AA==, b: AA== }
stringData: { b: hello }`;
  const secret = defaulted(yaml);
  expect(secret).toMatchObject({ type: "Opaque", data: { a: "AA==", b: "aGVsbG8=" } });
  expect(secret).not.toHaveProperty("stringData");
});
