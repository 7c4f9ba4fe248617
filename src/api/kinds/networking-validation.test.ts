import { expect, test } from "bun:test";

import { creationProblems, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/networking/validation; objects in, problems out. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "Ingress",
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: x }
spec: { rules: [{ host: "*.example.com", http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`,
    [],
  ],
  [
    "Ingress to an object of the core group",
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: x }
spec: { defaultBackend: { resource: { kind: ConfigMap, name: a } } }
`,
    [],
  ],
  [
    "Ingress of nothing",
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: x }
spec: {}
`,
    ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
  ],
  [
    "Ingress with much wrong",
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: x }
spec:
  ingressClassName: A
  defaultBackend: {}
  tls: [{ hosts: ["*"], secretName: _ }]
  rules:
    - host: 10.0.0.1
      http: { paths: [{ path: a//b/., pathType: Exact, backend: { service: { name: "", port: {} } } }] }
    - http: { paths: [] }
    - http: { paths: [{ backend: {} }, { pathType: Odd, backend: { service: { name: a, port: { name: a, number: 1 } } } }] }
`,
    [
      'spec.defaultBackend: Invalid value: "": resource or service backend is required',
      'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
      'spec.rules[0].http.paths[0].path: Invalid value: "a//b/.": must be an absolute path',
      "spec.rules[0].http.paths[0].path: Invalid value: \"a//b/.\": must not contain '//'",
      "spec.rules[0].http.paths[0].path: Invalid value: \"a//b/.\": cannot end with '/.'",
      "spec.rules[0].http.paths[0].backend.service.name: Required value",
      "spec.rules[0].http.paths[0].backend: Required value: port name or number is required",
      "spec.rules[1].http.paths: Required value",
      "spec.rules[2].http.paths[0].pathType: Required value: pathType must be specified",
      'spec.rules[2].http.paths[1].pathType: Unsupported value: "Odd": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      'spec.rules[2].http.paths[1].backend: Invalid value: "": cannot set both port name & port number',
      "spec.tls[0].hosts[0]: Invalid value: \"*\": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      "spec.tls[0].secretName: Invalid value: \"_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      "spec.ingressClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    "IngressClass",
    `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: x }
spec: { controller: nobody, parameters: { kind: a/b, name: "", namespace: x } }
`,
    [
      'spec.controller: Invalid value: "nobody": must be a domain-prefixed path (such as "acme.io/foo")',
      "spec.parameters.kind: Invalid value: \"a/b\": may not contain '/'",
      "spec.parameters.name: Required value",
      "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ],
  ],
  [
    "NetworkPolicy",
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 80, endPort: 90 }] }] }
`,
    [],
  ],
  [
    "NetworkPolicy with much wrong",
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x }
spec:
  podSelector: { matchExpressions: [{ key: a, operator: In }] }
  policyTypes: [Ingress, Both]
  ingress: [{ from: [{}, { podSelector: {}, ipBlock: { cidr: 10.0.0.0/8, except: [11.0.0.0/16, x] } }, { ipBlock: { cidr: "" } }] }]
  egress: [{ ports: [{ protocol: ICMP }, { port: 90, endPort: 80 }, { endPort: 1 }, { port: web, endPort: 1 }] }]
`,
    [
      "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.ingress[0].from[0]: Required value: must specify a peer",
      'spec.ingress[0].from[1].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      "spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another peer",
      "spec.ingress[0].from[2].ipBlock.cidr: Required value",
      'spec.egress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
      "spec.egress[0].ports[1].endPort: Invalid value: 90: must be greater than or equal to `port`",
      "spec.egress[0].ports[2].endPort: Invalid value: 1: may not be specified when `port` is not specified",
      "spec.egress[0].ports[3].endPort: Invalid value: 1: may not be specified when `port` is non-numeric",
      'spec.policyTypes[1]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
    ],
  ],
  [
    "ServiceCIDR without ranges",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: {}
`,
    ["spec.cidrs: Required value: at least one CIDR required"],
  ],
  [
    "ServiceCIDR with two ranges of one family",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: [10.0.0.0/8, 11.0.0.0/8] }
`,
    [
      'spec.cidrs: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    ],
  ],
  [
    "ServiceCIDR in an odd spelling",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: ["FD00::/64"] }
`,
    ['spec.cidrs[0]: Invalid value: "FD00::/64": must be in canonical form ("fd00::/64")'],
  ],
  [
    "IPAddress",
    `
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: { name: x }
spec: {}
`,
    [
      'metadata.name: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.parentRef: Required value",
    ],
  ],
];

test.each(CREATIONS)("creation of a %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

const UPDATES: [name: string, old: string, changed: string, problems: string[]][] = [
  [
    "ServiceCIDR that gets a second family",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: [10.0.0.0/8] }
`,
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: [10.0.0.0/8, "fd00::/64"] }
`,
    [],
  ],
  [
    "ServiceCIDR of another range",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: [10.0.0.0/8] }
`,
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: x }
spec: { cidrs: [11.0.0.0/8] }
`,
    ['spec.cidrs[0]: Invalid value: "11.0.0.0/8": field is immutable'],
  ],
  [
    "IngressClass of another controller",
    `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: x }
spec: { controller: a.b/c }
`,
    `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: x }
spec: { controller: a.b/d }
`,
    ['spec.controller: Invalid value: "a.b/d": field is immutable'],
  ],
  [
    "NetworkPolicy whose range an older server let in",
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.1.0.0/8 } }] }] }
`,
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.1.0.0/8 } }, { ipBlock: { cidr: 11.1.0.0/8 } }] }] }
`,
    [
      'spec.ingress[0].from[1].ipBlock.cidr: Invalid value: "11.1.0.0/8": must not have bits set beyond the prefix length',
    ],
  ],
];

test.each(UPDATES)("update of a %s", (_name, old, changed, problems) => {
  expect(updateProblems(old, changed)).toEqual(problems);
});
