import { expect, test } from "bun:test";

import { creationProblems, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/storage/validation, and core/validation for volumes and claims. */
const CREATIONS: [name: string, yaml: string, problems: string[]][] = [
  [
    "PersistentVolumeClaim",
    `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
    [],
  ],
  [
    "PersistentVolumeClaim without what it needs",
    `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: No, volumeMode: Tape }
`,
    [
      "spec.accessModes: Required value: at least 1 access mode is required",
      "spec.resources[storage]: Required value",
      "spec.storageClassName: Invalid value: \"No\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ],
  ],
  [
    "PersistentVolume",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, hostPath: { path: /data } }
`,
    [],
  ],
  [
    "PersistentVolume without what it needs",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { persistentVolumeReclaimPolicy: Burn }
`,
    [
      "spec.accessModes: Required value",
      "spec.capacity: Required value",
      'spec.capacity: Unsupported value: null: supported values: "storage"',
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"',
      "spec: Required value: must specify a volume type",
    ],
  ],
  [
    "PersistentVolume from two sources",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { accessModes: [ReadWriteOncePod, ReadWriteMany], capacity: { storage: 0 }, hostPath: { path: /data/.. }, nfs: { server: a, path: b } }
`,
    [
      "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
      "spec.hostPath.path: Invalid value: \"/data/..\": must not contain '..'",
      "spec.nfs: Forbidden: may not specify more than 1 volume type",
    ],
  ],
  [
    "local PersistentVolume on no node",
    `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, local: { path: /data } }
`,
    ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
  ],
  [
    "CSIDriver",
    `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: disk.example.com }
spec: {}
`,
    [],
  ],
  [
    "CSIDriver with much wrong",
    `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: disk.example.com }
spec: { fsGroupPolicy: All, tokenRequests: [{ audience: a, expirationSeconds: 1 }, { audience: a }, { audience: b, expirationSeconds: 4294967297 }], volumeLifecycleModes: [Eternal], nodeAllocatableUpdatePeriodSeconds: 1 }
`,
    [
      'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
      "spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes",
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
      "spec.tokenRequests[2].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
      'spec.volumeLifecycleModes: Unsupported value: "Eternal": supported values: "Persistent", "Ephemeral"',
      "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 1: must be greater than or equal to 10 seconds",
    ],
  ],
  [
    "CSIDriver that wants no tokens in secrets",
    `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: disk.example.com }
spec: { serviceAccountTokenInSecrets: false }
`,
    [
      "spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified",
    ],
  ],
  [
    "CSINode with much wrong",
    `
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: { name: node-1 }
spec: { drivers: [{ name: a, nodeID: "", topologyKeys: ["", zone, zone] }, { name: a, nodeID: b, allocatable: { count: -1 } }] }
`,
    [
      "spec.drivers[0].nodeID: Required value",
      "spec.drivers[0]: Required value",
      'spec.drivers[0]: Invalid value: "": name part must be non-empty',
      "spec.drivers[0]: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'spec.drivers[0]: Duplicate value: "zone"',
      "spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0",
      'spec.drivers[1].name: Duplicate value: "a"',
    ],
  ],
  [
    "CSIStorageCapacity with much wrong",
    `
apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata: { name: much }
storageClassName: No
capacity: -1
nodeTopology: { matchLabels: { a/b/c: d } }
`,
    [
      "nodeTopology.matchLabels: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      "storageClassName: Invalid value: \"No\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ],
  [
    "VolumeAttachment of nothing",
    `
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: { name: mine }
spec: { attacher: disk.example.com, nodeName: No, source: {} }
`,
    [
      "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
      "spec.nodeName: Invalid value: \"No\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    "VolumeAttributesClass without parameters",
    `
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: { name: fast }
driverName: disk.example.com
`,
    ["parameters: Required value: must contain at least one key/value pair"],
  ],
  [
    "RuntimeClass with much wrong",
    `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: fast }
handler: No
overhead: { podFixed: { cpu: -1 } }
scheduling: { nodeSelector: { a/b/c: d }, tolerations: [{ key: a, operator: Exists }, { key: a, operator: Exists }] }
`,
    [
      "handler: Invalid value: \"No\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      "scheduling.nodeSelector: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
    ],
  ],
];

const CLAIM = (spec: string, status = ""): string =>
  `{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], ${spec} } ${status} }`;
const VOLUME = (spec: string): string =>
  `{ apiVersion: v1, kind: PersistentVolume, metadata: { name: disk }, spec: { accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, ${spec} } }`;

const UPDATES: [name: string, old: string, now: string, problems: string[]][] = [
  [
    "claim that gets a volume",
    CLAIM("resources: { requests: { storage: 1Gi } }"),
    CLAIM("resources: { requests: { storage: 1Gi } }, volumeName: disk"),
    [],
  ],
  [
    "claim whose class changes",
    CLAIM("resources: { requests: { storage: 1Gi } }, storageClassName: a"),
    CLAIM("resources: { requests: { storage: 1Gi } }, storageClassName: b"),
    [
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n@@ -10,7 +10,7 @@\n   }\n  },\n  "VolumeName": "",\n- "StorageClassName": "a",\n+ "StorageClassName": "b",\n  "VolumeMode": "Filesystem",\n  "DataSource": null,\n  "DataSourceRef": null,\n',
    ],
  ],
  [
    "volume whose claim changes",
    VOLUME("hostPath: { path: /data }"),
    VOLUME("hostPath: { path: /data }, claimRef: { namespace: a, name: b }"),
    [],
  ],
  [
    "volume whose source changes",
    VOLUME("hostPath: { path: /data }"),
    VOLUME("hostPath: { path: /other }, volumeMode: Block"),
    [
      "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation",
      'volumeMode: Invalid value: "Block": field is immutable',
    ],
  ],
  [
    "VolumeAttributesClass that changes",
    "{ apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: { name: a }, driverName: a, parameters: { a: b } }",
    "{ apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: { name: a }, driverName: b, parameters: { a: c } }",
    [
      "driverName: Forbidden: updates to driverName are forbidden.",
      "parameters: Forbidden: updates to parameters are forbidden.",
    ],
  ],
  [
    "CSIDriver that changes",
    "{ apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: { name: a }, spec: {} }",
    "{ apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: { name: a }, spec: { attachRequired: false, volumeLifecycleModes: [Ephemeral], podInfoOnMount: true } }",
    [
      "spec.attachedRequired: Invalid value: false: field is immutable",
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ],
  ],
  [
    "CSINode whose driver changes",
    "{ apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: { name: a }, spec: { drivers: [{ name: a, nodeID: b, allocatable: { count: 1 } }] } }",
    "{ apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: { name: a }, spec: { drivers: [{ name: a, nodeID: c, allocatable: { count: 2 } }] } }",
    [
      'spec.drivers: Invalid value: {"Name":"a","NodeID":"c","TopologyKeys":null,"Allocatable":null}: field is immutable',
    ],
  ],
  [
    "CSIStorageCapacity that changes",
    "{ apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: { name: a }, storageClassName: a, nodeTopology: {} }",
    "{ apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, metadata: { name: a }, storageClassName: b, capacity: 1 }",
    [
      "nodeTopology: Invalid value: null: field is immutable",
      'storageClassName: Invalid value: "b": field is immutable',
    ],
  ],
  [
    "VolumeAttachment that changes",
    "{ apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: { name: a }, spec: { attacher: a, nodeName: b, source: { persistentVolumeName: c } } }",
    "{ apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: { name: a }, spec: { attacher: a, nodeName: b, source: { persistentVolumeName: d } } }",
    [
      'spec: Invalid value: {"Attacher":"a","Source":{"PersistentVolumeName":"d","InlineVolumeSpec":null},"NodeName":"b"}: field is immutable',
    ],
  ],
  [
    "RuntimeClass whose handler changes",
    "{ apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: { name: a }, handler: a }",
    "{ apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: { name: a }, handler: b }",
    ['handler: Invalid value: "b": field is immutable'],
  ],
  [
    "ResourceClaim that changes",
    "{ apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: { name: a }, spec: { devices: { requests: [{ name: a, exactly: { deviceClassName: b } }] } } }",
    "{ apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: { name: a }, spec: {} }",
    ['spec: Invalid value: {"devices":{"requests":[]}}: field is immutable'],
  ],
];

test.each(CREATIONS)("a new %s", (_name, yaml, problems) => {
  expect(creationProblems(yaml)).toEqual(problems);
});

test.each(UPDATES)("a %s", (_name, old, now, problems) => {
  expect(updateProblems(old, now)).toEqual(problems);
});
