import { expect, test } from "bun:test";

import { YAML } from "bun";

import { kindOf } from "../../testing/kind-checks.ts";
import { builtInKinds } from "../registry.ts";
import { apiVersionOf, type KubeObject } from "../resource-type.ts";

/** What a v1.36 server answers: name, `:type` unless string, `/format` if any, `+` when only `-o wide` shows it. */
const COLUMNS: Record<string, string> = {
  "admissionregistration.k8s.io/v1/mutatingadmissionpolicies": "Name/name | Mutations:integer | ParamKind | Age",
  "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings": "Name/name | PolicyName | ParamRef | Age",
  "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": "Name/name | Webhooks:integer | Age",
  "admissionregistration.k8s.io/v1/validatingadmissionpolicies": "Name/name | Validations:integer | ParamKind | Age",
  "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings": "Name/name | PolicyName | ParamRef | Age",
  "admissionregistration.k8s.io/v1/validatingwebhookconfigurations": "Name/name | Webhooks:integer | Age",
  "apiextensions.k8s.io/v1/customresourcedefinitions": "Name/name | Created At:date",
  "apiregistration.k8s.io/v1/apiservices": "Name/name | Service | Available | Age",
  "apps/v1/controllerrevisions": "Name/name | Controller | Revision | Age",
  "apps/v1/daemonsets":
    "Name/name | Desired:integer | Current:integer | Ready:integer | Up-to-date:integer | Available:integer | Node Selector | Age | Containers+ | Images+ | Selector+",
  "apps/v1/deployments": "Name/name | Ready | Up-to-date | Available | Age | Containers+ | Images+ | Selector+",
  "apps/v1/replicasets":
    "Name/name | Desired:integer | Current:integer | Ready:integer | Age | Containers+ | Images+ | Selector+",
  "apps/v1/statefulsets": "Name/name | Ready | Age | Containers+ | Images+",
  "autoscaling/v1/horizontalpodautoscalers": "Name/name | Reference | Targets | MinPods | MaxPods | Replicas | Age",
  "autoscaling/v2/horizontalpodautoscalers": "Name/name | Reference | Targets | MinPods | MaxPods | Replicas | Age",
  "batch/v1/cronjobs":
    "Name/name | Schedule | Timezone | Suspend:boolean | Active:integer | Last Schedule | Age | Containers+ | Images+ | Selector+",
  "batch/v1/jobs": "Name/name | Status | Completions | Duration | Age | Containers+ | Images+ | Selector+",
  "certificates.k8s.io/v1/certificatesigningrequests":
    "Name/name | Age | SignerName | Requestor | RequestedDuration | Condition",
  "coordination.k8s.io/v1/leases": "Name/name | Holder | Age",
  "v1/componentstatuses": "Name/name | Status | Message | Error",
  "v1/configmaps": "Name/name | Data | Age",
  "v1/endpoints": "Name/name | Endpoints | Age",
  "v1/events":
    "Last Seen | Type | Reason | Object | Subobject+ | Source+ | Message | First Seen+ | Count+ | Name/name+",
  "v1/limitranges": "Name/name | Created At:date",
  "v1/namespaces": "Name/name | Status | Age",
  "v1/nodes":
    "Name/name | Status | Roles | Age | Version | Internal-IP+ | External-IP+ | OS-Image+ | Kernel-Version+ | Container-Runtime+",
  "v1/persistentvolumeclaims":
    "Name/name | Status | Volume | Capacity | Access Modes | StorageClass | VolumeAttributesClass | Age | VolumeMode+",
  "v1/persistentvolumes":
    "Name/name | Capacity | Access Modes | Reclaim Policy | Status | Claim | StorageClass | VolumeAttributesClass | Reason | Age | VolumeMode+",
  "v1/pods": "Name/name | Ready | Status | Restarts | Age | IP+ | Node+ | Nominated Node+ | Readiness Gates+",
  "v1/podtemplates": "Name/name | Containers | Images | Pod Labels",
  "v1/replicationcontrollers":
    "Name/name | Desired:integer | Current:integer | Ready:integer | Age | Containers+ | Images+ | Selector+",
  "v1/resourcequotas": "Name/name | Request | Limit | Age",
  "v1/secrets": "Name/name | Type | Data | Age",
  "v1/serviceaccounts": "Name/name | Age",
  "v1/services": "Name/name | Type | Cluster-IP | External-IP | Port(s) | Age | Selector+",
  "discovery.k8s.io/v1/endpointslices": "Name/name | AddressType | Ports | Endpoints | Age",
  "events.k8s.io/v1/events":
    "Last Seen | Type | Reason | Object | Subobject+ | Source+ | Message | First Seen+ | Count+ | Name/name+",
  "flowcontrol.apiserver.k8s.io/v1/flowschemas":
    "Name/name | PriorityLevel | MatchingPrecedence | DistinguisherMethod | Age | MissingPL",
  "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations":
    "Name/name | Type | NominalConcurrencyShares | Queues | HandSize | QueueLengthLimit | Age",
  "networking.k8s.io/v1/ingressclasses": "Name/name | Controller | Parameters | Age",
  "networking.k8s.io/v1/ingresses": "Name/name | Class | Hosts | Address | Ports | Age",
  "networking.k8s.io/v1/ipaddresses": "Name/name | ParentRef",
  "networking.k8s.io/v1/networkpolicies": "Name/name | Pod-Selector | Age",
  "networking.k8s.io/v1/servicecidrs": "Name/name | CIDRs | Age",
  "node.k8s.io/v1/runtimeclasses": "Name/name | Handler | Age",
  "policy/v1/poddisruptionbudgets": "Name/name | Min Available | Max Unavailable | Allowed Disruptions:integer | Age",
  "rbac.authorization.k8s.io/v1/clusterrolebindings": "Name/name | Role | Age | Users+ | Groups+ | ServiceAccounts+",
  "rbac.authorization.k8s.io/v1/clusterroles": "Name/name | Created At:date",
  "rbac.authorization.k8s.io/v1/rolebindings": "Name/name | Role | Age | Users+ | Groups+ | ServiceAccounts+",
  "rbac.authorization.k8s.io/v1/roles": "Name/name | Created At:date",
  "resource.k8s.io/v1/deviceclasses": "Name/name | Age",
  "resource.k8s.io/v1/resourceclaims": "Name/name | State | Age",
  "resource.k8s.io/v1/resourceclaimtemplates": "Name/name | Age",
  "resource.k8s.io/v1/resourceslices": "Name/name | Node | Driver | Pool | Age",
  "scheduling.k8s.io/v1/priorityclasses": "Name/name | Value:integer | Global-Default:boolean | Age | PreemptionPolicy",
  "storage.k8s.io/v1/csidrivers":
    "Name/name | AttachRequired:boolean | PodInfoOnMount:boolean | StorageCapacity:boolean | TokenRequests | RequiresRepublish:boolean | Modes | Age",
  "storage.k8s.io/v1/csinodes": "Name/name | Drivers:integer | Age",
  "storage.k8s.io/v1/csistoragecapacities": "Name/name | Created At:date",
  "storage.k8s.io/v1/storageclasses":
    "Name/name | Provisioner | ReclaimPolicy | VolumeBindingMode | AllowVolumeExpansion | Age",
  "storage.k8s.io/v1/volumeattachments": "Name/name | Attacher/name | PV | Node | Attached:boolean | Age",
  "storage.k8s.io/v1/volumeattributesclasses": "Name/name | DriverName | Age",
};

test.each(Object.entries(COLUMNS))("columns of %s are upstream's", (path, expected) => {
  const kind = builtInKinds.find(({ type }) => `${apiVersionOf(type)}/${type.resource}` === path);
  const columns = kind?.columns.map(
    ({ name, type, format, priority }) =>
      `${name}${type === "string" ? "" : `:${type}`}${format ? `/${format}` : ""}${priority ? "+" : ""}`,
  );
  expect(columns?.join(" | ")).toBe(expected);
});

const NOW = Date.parse("2026-11-21T09:00:00Z");

function cells(yaml: string): unknown[] {
  const object = YAML.parse(yaml) as KubeObject;
  object.metadata.creationTimestamp = "2026-11-21T08:55:00Z";
  return kindOf(object).columns.map(({ value }) => value(object, { now: NOW }));
}

/** Expectations follow upstream's pkg/printers/internalversion/printers_test.go and the answers of a v1.36 server. */
const CELLS: [name: string, yaml: string, cells: unknown[]][] = [
  [
    "Deployment",
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 3, selector: { matchLabels: { app: web }, matchExpressions: [{ key: tier, operator: In, values: [b, a] }] }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 }
`,
    ["web", "2/3", 3, 1, "5m", "a,b", "x:1,y:2", "app=web,tier in (a,b)"],
  ],
  [
    "ReplicaSet without a selector",
    `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { replicas: 3, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status: { replicas: 2, readyReplicas: 1 }
`,
    ["web", 3, 2, 1, "5m", "a,b", "x:1,y:2", "<none>"],
  ],
  [
    "DaemonSet",
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: web } }
  template: { spec: { nodeSelector: { b: "2", a: "1" }, containers: [{ name: a, image: x }] } }
status: { desiredNumberScheduled: 4, currentNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 1, numberAvailable: 2 }
`,
    ["agent", 4, 3, 2, 1, 2, "a=1,b=2", "5m", "a", "x", "app=web"],
  ],
  [
    "StatefulSet",
    `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { replicas: 3, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status: { readyReplicas: 1 }
`,
    ["db", "1/3", "5m", "a,b", "x:1,y:2"],
  ],
  [
    "ControllerRevision",
    `
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: agent-1, ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true }] }
revision: 7
`,
    ["agent-1", "daemonset.apps/agent", 7, "5m"],
  ],
  [
    "Job that runs",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec: { parallelism: 2, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status: { startTime: "2026-11-21T08:58:00Z", succeeded: 1 }
`,
    ["sum", "Running", "1/1 of 2", "2m", "5m", "a,b", "x:1,y:2", "<none>"],
  ],
  [
    "Job that is complete",
    `
apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec: { completions: 4, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status:
  startTime: "2026-11-21T08:56:00Z"
  completionTime: "2026-11-21T08:56:09Z"
  succeeded: 4
  conditions: [{ type: SuccessCriteriaMet, status: "True" }, { type: Complete, status: "True" }]
`,
    ["sum", "Complete", "4/4", "9s", "5m", "a,b", "x:1,y:2", "<none>"],
  ],
  [
    "CronJob",
    `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { schedule: "0 5 * * *", suspend: false, jobTemplate: { spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } } } }
status: { lastScheduleTime: "2026-11-21T08:59:00Z", active: [{ name: one }] }
`,
    ["nightly", "0 5 * * *", "<none>", "False", 1, "60s", "5m", "a,b", "x:1,y:2", "<none>"],
  ],
  [
    "Service of type ClusterIP",
    `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: ClusterIP, clusterIPs: [10.96.0.7], ports: [{ port: 80, protocol: TCP }, { port: 53, protocol: UDP }], selector: { app: web } }
`,
    ["web", "ClusterIP", "10.96.0.7", "<none>", "80/TCP,53/UDP", "5m", "app=web"],
  ],
  [
    "Service of type LoadBalancer",
    `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, clusterIPs: [10.96.0.7], externalIPs: [203.0.113.9], ports: [{ port: 80, nodePort: 30080, protocol: TCP }] }
status: { loadBalancer: { ingress: [{ hostname: lb.example.com }, { ip: 192.0.2.1 }] } }
`,
    ["web", "LoadBalancer", "10.96.0.7", "192.0.2.1,lb.example.com,203.0.113.9", "80:30080/TCP", "5m", "<none>"],
  ],
  [
    "Service without an address yet",
    `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer }
`,
    ["web", "LoadBalancer", "<none>", "<pending>", "<none>", "5m", "<none>"],
  ],
  [
    "Service of type ExternalName",
    `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: ExternalName, externalName: example.com }
`,
    ["web", "ExternalName", "<none>", "example.com", "<none>", "5m", "<none>"],
  ],
  [
    "Endpoints",
    `
apiVersion: v1
kind: Endpoints
metadata: { name: web }
subsets:
  - { addresses: [{ ip: 10.0.0.1 }, { ip: 10.0.0.2 }], ports: [{ name: a, port: 80 }, { name: b, port: 81 }] }
  - { addresses: [{ ip: "fd00::1" }], ports: [{ port: 80 }] }
`,
    ["web", "10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 2 more...", "5m"],
  ],
  [
    "Endpoints of nothing",
    `
apiVersion: v1
kind: Endpoints
metadata: { name: web }
`,
    ["web", "<none>", "5m"],
  ],
  [
    "EndpointSlice",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x }
addressType: IPv4
ports: [{ name: http, port: 80 }, { name: any }, {}]
endpoints: [{ addresses: [10.0.0.1] }, { addresses: [10.0.0.2] }, { addresses: [10.0.0.3] }, { addresses: [10.0.0.4] }]
`,
    ["web-x", "IPv4", "80,any,*", "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...", "5m"],
  ],
  [
    "EndpointSlice of nothing",
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x }
addressType: IPv4
ports: null
endpoints: []
`,
    ["web-x", "IPv4", "<unset>", "<unset>", "5m"],
  ],
  [
    "Node",
    `
apiVersion: v1
kind: Node
metadata: { name: n1, labels: { node-role.kubernetes.io/control-plane: "", kubernetes.io/role: a } }
spec: { unschedulable: true }
status:
  conditions: [{ type: Ready, status: "False" }]
  addresses: [{ type: Hostname, address: n1 }, { type: InternalIP, address: 10.0.0.5 }]
  nodeInfo: { kubeletVersion: v1.36.2, osImage: Debian, kernelVersion: 6.1.0, architecture: amd64, containerRuntimeVersion: "docker://20.10" }
`,
    [
      "n1",
      "NotReady,SchedulingDisabled",
      "a,control-plane",
      "5m",
      "v1.36.2",
      "10.0.0.5",
      "<none>",
      "Debian",
      "6.1.0 (amd64)",
      "docker://20.10",
    ],
  ],
  [
    "Node that never reported",
    `
apiVersion: v1
kind: Node
metadata: { name: n1 }
`,
    ["n1", "Unknown", "<none>", "5m", "", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"],
  ],
  [
    "Event",
    `
apiVersion: v1
kind: Event
metadata: { name: web.1 }
involvedObject: { kind: Pod, name: web, fieldPath: "spec.containers{a}" }
type: Normal
reason: Pulled
message: " Image is there "
source: { component: kubelet, host: n1 }
firstTimestamp: "2026-11-21T08:50:00Z"
lastTimestamp: "2026-11-21T08:59:30Z"
count: 4
`,
    ["30s", "Normal", "Pulled", "pod/web", "spec.containers{a}", "kubelet, n1", "Image is there", "10m", 4, "web.1"],
  ],
  [
    "Event of events.k8s.io",
    `
apiVersion: events.k8s.io/v1
kind: Event
metadata: { name: web.2 }
regarding: { kind: Node }
type: Warning
reason: Stopped
note: gone
eventTime: "2026-11-21T08:58:00.000000Z"
reportingController: node-controller
reportingInstance: n1
series: { count: 9, lastObservedTime: "2026-11-21T08:59:50.000000Z" }
`,
    ["10s", "Warning", "Stopped", "node", "", "node-controller, n1", "gone", "2m", 9, "web.2"],
  ],
  [
    "Event that happened once",
    `
apiVersion: v1
kind: Event
metadata: { name: web.3 }
involvedObject: { kind: Pod, name: web }
eventTime: "2026-11-21T08:58:00.000000Z"
`,
    ["2m", "", "", "pod/web", "", "", "", "2m", 1, "web.3"],
  ],
  [
    "ConfigMap",
    `
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { a: "1", b: "2" }
binaryData: { c: AA== }
`,
    ["c", 3, "5m"],
  ],
  [
    "Secret",
    `
apiVersion: v1
kind: Secret
metadata: { name: s }
type: Opaque
data: { a: AA== }
`,
    ["s", "Opaque", 1, "5m"],
  ],
  [
    "Namespace",
    `
apiVersion: v1
kind: Namespace
metadata: { name: default }
status: { phase: Active }
`,
    ["default", "Active", "5m"],
  ],
  [
    "PersistentVolumeClaim",
    `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: disk }
spec: { volumeName: pv1, storageClassName: fast, volumeMode: Filesystem }
status: { phase: Bound, accessModes: [ReadWriteMany, ReadWriteOnce], capacity: { storage: 5Gi } }
`,
    ["disk", "Bound", "pv1", "5Gi", "RWO,RWX", "fast", "<unset>", "5m", "Filesystem"],
  ],
  [
    "PersistentVolume that goes",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv1, deletionTimestamp: "2026-11-21T08:59:00Z", annotations: { volume.beta.kubernetes.io/storage-class: old } }
spec: { capacity: { storage: 5Gi }, accessModes: [ReadWriteOncePod], persistentVolumeReclaimPolicy: Retain, storageClassName: new, claimRef: { namespace: a, name: disk } }
status: { phase: Bound }
`,
    ["pv1", "5Gi", "RWOP", "Retain", "Terminating", "a/disk", "old", "<unset>", "", "5m", "<unset>"],
  ],
  [
    "ResourceQuota",
    `
apiVersion: v1
kind: ResourceQuota
metadata: { name: q }
status: { hard: { pods: "10", limits.cpu: "4", cpu: "2" }, used: { pods: "3", limits.cpu: "1" } }
`,
    ["q", "cpu: 0/2, pods: 3/10", "limits.cpu: 1/4", "5m"],
  ],
  [
    "PodTemplate",
    `
apiVersion: v1
kind: PodTemplate
metadata: { name: t }
template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } }
`,
    ["t", "a,b", "x:1,y:2", "app=web"],
  ],
  [
    "ReplicationController",
    `
apiVersion: v1
kind: ReplicationController
metadata: { name: rc }
spec: { replicas: 2, selector: { b: "2", a: "1" }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x:1 }, { name: b, image: y:2 }] } } }
status: { replicas: 1 }
`,
    ["rc", 2, 1, 0, "5m", "a,b", "x:1,y:2", "a=1,b=2"],
  ],
  [
    "ComponentStatus",
    `
apiVersion: v1
kind: ComponentStatus
metadata: { name: scheduler }
conditions: [{ type: Healthy, status: "False", message: refused, error: "" }]
`,
    ["scheduler", "Unhealthy", "refused", ""],
  ],
  [
    "HorizontalPodAutoscaler",
    `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { kind: Deployment, name: web }
  maxReplicas: 5
  metrics:
    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }
    - { type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, averageValue: 100m } } }
    - { type: External, external: { metric: { name: queue }, target: { type: Value, value: "3" } } }
status: { currentReplicas: 2, currentMetrics: [{ type: Resource, resource: { name: cpu, current: { averageUtilization: 12 } } }] }
`,
    ["web", "Deployment/web", "cpu: 12%/80%, <unknown>/100m + 1 more...", "<unset>", 5, 2, "5m"],
  ],
  [
    "HorizontalPodAutoscaler of v1",
    `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 }
status: { currentReplicas: 2, desiredReplicas: 2, currentCPUUtilizationPercentage: 33 }
`,
    ["web", "Deployment/web", "cpu: 33%/60%", "1", 5, 2, "5m"],
  ],
  [
    "CertificateSigningRequest",
    `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: csr1 }
spec: { request: AA==, signerName: kubernetes.io/kubelet-serving, username: jane, expirationSeconds: 3600 }
status: { certificate: AA==, conditions: [{ type: Approved, status: "True" }] }
`,
    ["csr1", "5m", "kubernetes.io/kubelet-serving", "jane", "60m", "Approved,Issued"],
  ],
  [
    "Lease",
    `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: l }
spec: { holderIdentity: n1 }
`,
    ["l", "n1", "5m"],
  ],
  [
    "FlowSchema",
    `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: exempt }
spec: { priorityLevelConfiguration: { name: exempt }, matchingPrecedence: 1 }
status: { conditions: [{ type: Dangling, status: "False" }] }
`,
    ["exempt", "exempt", 1, "<none>", "5m", "False"],
  ],
  [
    "PriorityLevelConfiguration",
    `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: catch-all }
spec: { type: Limited, limited: { nominalConcurrencyShares: 5, limitResponse: { type: Reject } } }
`,
    ["catch-all", "Limited", 5, "<none>", "<none>", "<none>", "5m"],
  ],
  [
    "Ingress",
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { tls: [{}], rules: [{ host: a }, { host: b }, {}, { host: c }, { host: d }] }
status: { loadBalancer: { ingress: [{ ip: 10.0.0.2 }, { ip: 10.0.0.1 }] } }
`,
    ["web", "<none>", "a,b,c + 2 more...", "10.0.0.1,10.0.0.2", "80, 443", "5m"],
  ],
  [
    "IngressClass",
    `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
spec: { controller: k8s.io/nginx, parameters: { apiGroup: a.b, kind: K, name: n } }
`,
    ["nginx (default)", "k8s.io/nginx", "K.a.b/n", "5m"],
  ],
  [
    "IPAddress",
    `
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: { name: 10.96.0.1 }
spec: { parentRef: { resource: services, namespace: default, name: kubernetes } }
`,
    ["10.96.0.1", "services/default/kubernetes"],
  ],
  [
    "NetworkPolicy",
    `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: np }
spec: { podSelector: { matchExpressions: [{ key: a, operator: DoesNotExist }, { key: b, operator: Exists }, { key: c, operator: NotIn, values: [z] }] } }
`,
    ["np", "!a,b,c notin (z)", "5m"],
  ],
  [
    "ServiceCIDR",
    `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: { name: kubernetes }
spec: { cidrs: [10.96.0.0/16] }
`,
    ["kubernetes", "10.96.0.0/16", "5m"],
  ],
  [
    "PodDisruptionBudget",
    `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: b }
spec: { minAvailable: 50% }
status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 }
`,
    ["b", "50%", "N/A", 1, "5m"],
  ],
  [
    "RoleBinding",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: rb }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r }
subjects: [{ kind: User, name: a }, { kind: User, name: b }, { kind: Group, name: g }, { kind: ServiceAccount, namespace: n, name: s }]
`,
    ["rb", "Role/r", "5m", "a, b", "g", "n/s"],
  ],
  [
    "ClusterRole",
    `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: admin }
rules: []
`,
    ["admin", "2026-11-21T08:55:00Z"],
  ],
  [
    "ResourceClaim",
    `
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: { name: gpu, deletionTimestamp: "2026-11-21T08:59:00Z" }
spec: {}
status: { allocation: {}, reservedFor: [{ resource: pods, name: a, uid: u }] }
`,
    ["gpu", "deleted,allocated,reserved", "5m"],
  ],
  [
    "PriorityClass",
    `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: system-cluster-critical }
value: 2000000000
preemptionPolicy: PreemptLowerPriority
`,
    ["system-cluster-critical", 2000000000, false, "5m", "PreemptLowerPriority"],
  ],
  [
    "CSIDriver",
    `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: d }
spec: { podInfoOnMount: true, tokenRequests: [{ audience: a }, { audience: b }], volumeLifecycleModes: [Persistent, Ephemeral] }
`,
    ["d", true, true, false, "a,b", false, "Persistent,Ephemeral", "5m"],
  ],
  [
    "StorageClass",
    `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: kube
`,
    ["standard (default)", "kube", "Delete", "Immediate", false, "5m"],
  ],
  [
    "VolumeAttachment",
    `
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: { name: a }
spec: { attacher: d, nodeName: n1, source: { persistentVolumeName: pv1 } }
`,
    ["a", "d", "pv1", "n1", false, "5m"],
  ],
  [
    "APIService that is not there",
    `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.metrics }
spec: { service: { namespace: kube-system, name: metrics }, groupPriorityMinimum: 1, versionPriority: 1 }
status: { conditions: [{ type: Available, status: "False", reason: MissingEndpoints }] }
`,
    ["v1.metrics", "kube-system/metrics", "False (MissingEndpoints)", "5m"],
  ],
  [
    "ValidatingAdmissionPolicyBinding",
    `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: b }
spec: { policyName: p, paramRef: { selector: { matchLabels: { a: "1" }, matchExpressions: [{ key: k, operator: In, values: [x, "y"] }] } } }
`,
    [
      "b",
      "p",
      "&LabelSelector{MatchLabels:map[string]string{a: 1,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}",
      "5m",
    ],
  ],
  [
    "MutatingAdmissionPolicy",
    `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: p }
spec: { paramKind: { apiVersion: v1, kind: ConfigMap }, mutations: [{}] }
`,
    ["p", 1, "v1/ConfigMap", "5m"],
  ],
];

test.each(CELLS)("cells of a %s", (_name, yaml, expected) => {
  expect(cells(yaml)).toEqual(expected);
});
