import { describe, expect, test } from "bun:test";

import { FieldErrors } from "../../field-errors.ts";
import type { Container, Pod, PodSpec, PodTemplateSpec, Volume } from "../../types/core-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { podDefaults, podTemplateDefaults } from "./pod-defaults.ts";
import { validatePod, validatePodCreation, validatePodTemplate } from "./pod-validation.ts";

/** Everything a pod needs but what the case is about. */
function problems(spec: Partial<PodSpec>, metadata: ObjectMeta = {}): string[] {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", ...metadata },
    spec: { containers: [{ name: "a", image: "busybox" }], serviceAccountName: "default", ...spec },
  };
  podDefaults(pod);
  const errors = new FieldErrors();
  validatePod(pod, errors);
  validatePodCreation(pod, errors);
  return errors.errors.map(({ path, message }) => `${path}: ${message}`);
}

/** Of the first container, without its path. */
const containerProblems = (container: Partial<Container>, spec: Partial<PodSpec> = {}): string[] =>
  problems({ ...spec, containers: [{ name: "a", image: "busybox", ...container }] }).map((problem) =>
    problem.replace("spec.containers[0].", ""),
  );

const volumeProblems = (volume: Omit<Volume, "name">): string[] =>
  problems({ volumes: [{ name: "v", ...volume }] }).map((problem) => problem.replace("spec.volumes[0].", ""));

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const KEY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const table = <T>(name: string, of: (input: T) => string[], cases: Record<string, [T, string[]]>): void =>
  describe(name, () => {
    for (const [label, [input, expected]] of Object.entries(cases)) {
      test(label, () => expect(of(input)).toEqual(expected));
    }
  });

test("a pod with one container is valid", () => expect(problems({})).toEqual([]));

table<Partial<PodSpec>>("containers", problems, {
  none: [{ containers: [] }, ["spec.containers: Required value"]],
  "without name and image": [
    { containers: [{ name: "" }] },
    ["spec.containers[0].name: Required value", "spec.containers[0].image: Required value"],
  ],
  "malformed and repeated names": [
    {
      containers: [
        { name: "A_b", image: "x" },
        { name: "b", image: "x" },
        { name: "b", image: "x" },
      ],
    },
    [`spec.containers[0].name: Invalid value: "A_b": ${LABEL}`, 'spec.containers[2].name: Duplicate value: "b"'],
  ],
  "space around the image": [
    { containers: [{ name: "a", image: " x" }] },
    ['spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace'],
  ],
  "unknown policies": [
    { containers: [{ name: "a", image: "x", imagePullPolicy: "Maybe", terminationMessagePolicy: "Log" }] },
    [
      'spec.containers[0].terminationMessagePolicy: Unsupported value: "Log": supported values: "File", "FallbackToLogsOnError"',
      'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ],
  "two on one port of the host": [
    {
      containers: [
        { name: "a", image: "x", ports: [{ containerPort: 80, hostPort: 80 }] },
        {
          name: "b",
          image: "x",
          ports: [
            { containerPort: 81, hostPort: 80 },
            { containerPort: 82, hostPort: 80, protocol: "UDP" },
          ],
        },
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  "init containers": [
    {
      initContainers: [
        { name: "a", image: "x" },
        { name: "i", image: "x", livenessProbe: { exec: { command: ["a"] } }, lifecycle: {} },
        { name: "s", image: "x", restartPolicy: "Always", readinessProbe: { exec: { command: ["a"] } } },
      ],
    },
    [
      'spec.initContainers[0].name: Duplicate value: "a"',
      "spec.initContainers[1].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
      "spec.initContainers[1].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
    ],
  ],
  "ephemeral containers at creation": [
    {
      ephemeralContainers: [
        { name: "a", image: "x", ports: [{ containerPort: 1 }], targetContainerName: "none", volumeMounts: [] },
      ],
    },
    [
      'spec.ephemeralContainers[0].name: Duplicate value: "a"',
      'spec.ephemeralContainers[0].targetContainerName: Not found: "none"',
      "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
      "spec.ephemeralContainers: Forbidden: cannot be set on create",
    ],
  ],
});

table<Partial<Container>>("a container's", containerProblems, {
  ports: [
    {
      ports: [
        { containerPort: 0 },
        { containerPort: 70000, hostPort: -1, name: "HTTP", protocol: "ICMP" },
        { containerPort: 1, name: "http" },
        { containerPort: 2, name: "http" },
      ],
    },
    [
      "ports[0].containerPort: Required value",
      'ports[1].name: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'ports[1].name: Invalid value: "HTTP": must contain at least one letter (a-z)',
      "ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
      "ports[1].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive",
      'ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      'ports[3].name: Duplicate value: "http"',
    ],
  ],
  environment: [
    {
      env: [
        { name: "" },
        { name: "a=b", value: "x" },
        { name: "A", value: "x", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "B", valueFrom: {} },
        { name: "C", valueFrom: { fieldRef: { fieldPath: "spec.hostname" } } },
        { name: "D", valueFrom: { fieldRef: { fieldPath: "status.phase" } } },
        { name: "E", valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
        { name: "F", valueFrom: { fieldRef: { fieldPath: "spec.host" } } },
        { name: "G", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "2" } } },
        { name: "H", valueFrom: { resourceFieldRef: { resource: "limits.gpu" } } },
        { name: "I", valueFrom: { configMapKeyRef: { name: "c", key: "" }, secretKeyRef: { name: "s", key: "k" } } },
      ],
    },
    [
      "env[0].name: Required value",
      "env[1].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
      'env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'env[3].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      'env[4].valueFrom.fieldRef.fieldPath: Invalid value: "spec.hostname": error converting fieldPath: field label not supported: spec.hostname',
      'env[5].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      `env[6].valueFrom.fieldRef: Invalid value: "a b": ${KEY}`,
      'env[8].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      'env[9].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      "env[10].valueFrom.configMapKeyRef.key: Required value",
      'env[10].valueFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],
  "environment from elsewhere": [
    {
      envFrom: [
        {},
        { configMapRef: { name: "c" }, secretRef: { name: "" } },
        { prefix: "=", secretRef: { name: "s" } },
      ],
    },
    [
      'envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      "envFrom[1].secretRef.name: Required value",
      'envFrom: Invalid value: "": may not have more than one field specified at a time',
      "envFrom[2].prefix: Invalid value: \"=\": a valid environment variable name must consist only of printable ASCII characters other than '='",
    ],
  ],
  probes: [
    {
      livenessProbe: { successThreshold: 2, tcpSocket: { port: 0 } },
      readinessProbe: {
        httpGet: { port: "http", scheme: "FTP" },
        exec: { command: ["a"] },
        terminationGracePeriodSeconds: 5,
      },
      startupProbe: { periodSeconds: -1 },
    },
    [
      "livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "livenessProbe.successThreshold: Invalid value: 2: must be 1",
      "readinessProbe.httpGet: Forbidden: may not specify more than 1 handler type",
      "readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes",
      "startupProbe: Required value: must specify a handler type",
      "startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
    ],
  ],
  hooks: [
    {
      lifecycle: {
        postStart: {},
        preStop: { sleep: { seconds: 31 } },
        stopSignal: "SIGTERM",
      },
    },
    [
      "lifecycle.postStart: Required value: must specify a handler type",
      "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
      "lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`",
    ],
  ],
  "HTTP probes": [
    { livenessProbe: { httpGet: { port: 80, scheme: "FTP", httpHeaders: [{ name: "X_A", value: "1" }] } } },
    [
      'livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
      "livenessProbe.httpGet.httpHeaders: Invalid value: \"X_A\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ],
  ],
  "volume mounts": [
    {
      volumeMounts: [
        { name: "none", mountPath: "/a" },
        { name: "", mountPath: "" },
        { name: "none", mountPath: "/a", subPath: "/b", subPathExpr: "../c" },
        { name: "none", mountPath: "/d", mountPropagation: "Bidirectional", recursiveReadOnly: "Enabled" },
      ],
    },
    [
      'volumeMounts[0].name: Not found: "none"',
      "volumeMounts[1].name: Required value",
      'volumeMounts[1].name: Not found: ""',
      "volumeMounts[1].mountPath: Required value",
      'volumeMounts[2].name: Not found: "none"',
      'volumeMounts[2].mountPath: Invalid value: "/a": must be unique',
      'volumeMounts.subPath: Invalid value: "/b": must be a relative path',
      'volumeMounts[2].subPathExpr: Invalid value: "../c": subPathExpr and subPath are mutually exclusive',
      "volumeMounts.subPathExpr: Invalid value: \"../c\": must not contain '..'",
      'volumeMounts[3].name: Not found: "none"',
      "volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
      "volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
      "volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified",
    ],
  ],
  resources: [
    {
      resources: {
        limits: { cpu: "1", memory: "-1", foo: 1, "example.com/gpu": "1500m", "hugepages-2Mi": "3Mi" },
        requests: { cpu: "2", "example.com/fpga": 1, "hugepages-2Mi": "2Mi" },
      },
    },
    [
      'resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'resources.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'resources.limits[foo]: Invalid value: "foo": must be a standard resource for containers',
      'resources.limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      'resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'resources.requests[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'resources.requests[foo]: Invalid value: "foo": must be a standard resource for containers',
      'resources.requests[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'resources.requests: Invalid value: "2Mi": must be equal to hugepages-2Mi limit of 3Mi',
      "resources.limits: Required value: Limit must be set for non overcommitable resources",
    ],
  ],
  "security context": [
    {
      securityContext: {
        runAsUser: -1,
        procMount: "Unmasked",
        allowPrivilegeEscalation: false,
        privileged: true,
        seccompProfile: { type: "Localhost" },
        appArmorProfile: { type: "Other" },
      },
    },
    [
      "securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
      'securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
      "securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
      'securityContext: Invalid value: {"runAsUser":-1,"procMount":"Unmasked","allowPrivilegeEscalation":false,"privileged":true,"seccompProfile":{"type":"Localhost"},"appArmorProfile":{"type":"Other"}}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      'securityContext.appArmorProfile.type: Unsupported value: "Other": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
    ],
  ],
  "restart rules": [
    { restartPolicyRules: [{ action: "Stop" }] },
    [
      "restartPolicy: Required value: must specify restartPolicy when restart rules are used",
      'restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
      "restartPolicyRules[0].exitCodes: Required value: must be specified",
    ],
  ],
  "resize policy": [
    {
      resizePolicy: [
        { resourceName: "cpu", restartPolicy: "NotRequired" },
        { resourceName: "cpu", restartPolicy: "Never" },
      ],
    },
    [
      'resizePolicy[1]: Duplicate value: "cpu"',
      'resizePolicy: Unsupported value: "Never": supported values: "NotRequired", "RestartContainer"',
    ],
  ],
});

table<Omit<Volume, "name">>("a volume with", volumeProblems, {
  "a negative size": [
    { emptyDir: { sizeLimit: "-1" } },
    ["emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
  ],
  "two sources": [
    { emptyDir: {}, configMap: { name: "c" }, cephfs: { monitors: [] } },
    [
      "cephFS: Forbidden: may not specify more than 1 volume type",
      "configMap: Forbidden: may not specify more than 1 volume type",
    ],
  ],
  "a malformed path of the host": [
    { hostPath: { path: "/a/../b", type: "Folder" } },
    [
      "hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
      'hostPath.type: Unsupported value: "Folder": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  "items of a Secret": [
    {
      secret: {
        secretName: "",
        defaultMode: 512,
        items: [
          { key: "", path: "/a", mode: -1 },
          { key: "k", path: "..a" },
        ],
      },
    },
    [
      "secret.secretName: Required value",
      "secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
      "secret.items[0].key: Required value",
      'secret.items[0].path: Invalid value: "/a": must be a relative path',
      "secret.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive",
      "secret.items[1].path: Invalid value: \"..a\": must not start with '..'",
    ],
  ],
  "a downward API": [
    {
      downwardAPI: {
        items: [
          { path: "a", fieldRef: { fieldPath: "metadata.labels" } },
          { path: "b" },
          { path: "c", resourceFieldRef: { resource: "limits.cpu" } },
          { path: "d", fieldRef: { fieldPath: "status.podIP" } },
        ],
      },
    },
    [
      "downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
      "downwardAPI.resourceFieldRef.containerName: Required value",
      'downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
    ],
  ],
  projections: [
    {
      projected: {
        sources: [
          { secret: { name: "s", items: [{ key: "k", path: "f" }] }, configMap: { name: "" } },
          { configMap: { name: "c", items: [{ key: "k", path: "f" }] } },
          { serviceAccountToken: { path: "", expirationSeconds: 1 } },
        ],
      },
    },
    [
      "projected.sources[0].configMap.name: Required value",
      "projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
      'projected: Invalid value: "c": conflicting duplicate paths',
      "projected.sources[2].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes",
      "projected.path: Required value",
    ],
  ],
  "a claim of its own": [
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce", "ReadWriteOncePod"] } } } },
    [
      "ephemeral.volumeClaimTemplate.spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
      "ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
    ],
  ],
  "storage of networks": [
    { nfs: { server: "", path: "a" } },
    ["nfs.server: Required value", 'nfs.path: Invalid value: "a": must be an absolute path'],
  ],
  "an iSCSI target": [
    { iscsi: { targetPortal: "", iqn: "x", lun: 256 } },
    [
      "iscsi.targetPortal: Required value",
      'iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
      "iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive",
    ],
  ],
  "an image": [{ image: {} }, ["image.reference: Required value"]],
  "a CSI driver": [{ csi: { driver: "A_b" } }, [`csi.driver: Invalid value: "A_b": ${SUBDOMAIN}`]],
});

table<Partial<PodSpec>>("volumes", problems, {
  "malformed, repeated, and mounted all the same": [
    {
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "a", emptyDir: {} },
        { name: "B", emptyDir: {} },
      ],
      containers: [
        {
          name: "a",
          image: "x",
          volumeMounts: [
            { name: "a", mountPath: "/a" },
            { name: "B", mountPath: "/b" },
          ],
        },
      ],
    },
    [
      'spec.volumes[1].name: Duplicate value: "a"',
      `spec.volumes[2].name: Invalid value: "B": ${LABEL}`,
      'spec.containers[0].volumeMounts[1].name: Not found: "B"',
    ],
  ],
  "a claim that an ephemeral volume makes": [
    {
      volumes: [
        {
          name: "a",
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
            },
          },
        },
        { name: "b", persistentVolumeClaim: { claimName: "web-a" } },
      ],
    },
    [
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-a": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  "a token without an account": [
    {
      serviceAccountName: "",
      volumes: [{ name: "t", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
    },
    [
      "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set",
    ],
  ],
});

table<Partial<PodSpec>>("a pod's", problems, {
  policies: [
    { restartPolicy: "Sometimes", dnsPolicy: "Mine", preemptionPolicy: "Always" },
    [
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      'spec.preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"',
    ],
  ],
  names: [
    {
      serviceAccountName: "A",
      nodeName: "B",
      hostname: "a.b",
      subdomain: "C",
      runtimeClassName: "",
      activeDeadlineSeconds: 0,
    },
    [
      'spec.hostname: Invalid value: "a.b": must not contain dots',
      `spec.subdomain: Invalid value: "C": ${LABEL}`,
      `spec.serviceAccountName: Invalid value: "A": ${SUBDOMAIN}`,
      `spec.nodeName: Invalid value: "B": ${SUBDOMAIN}`,
      `spec.runtimeClassName: Invalid value: "": ${SUBDOMAIN}`,
      "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
    ],
  ],
  "DNS without servers": [
    { dnsPolicy: "None" },
    ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
  ],
  DNS: [
    { dnsConfig: { nameservers: ["1.1.1.1", "x", "01.1.1.1", "::1"], searches: ["a_b", ".", "c."], options: [{}] } },
    [
      'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","x","01.1.1.1","::1"]: must not have more than 3 nameservers',
      'spec.dnsConfig.nameservers[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.dnsConfig.nameservers[2]: Invalid value: "01.1.1.1": must not have leading 0s',
      "spec.dnsConfig.options[0]: Required value: must not be empty",
    ],
  ],
  "host network": [
    { hostNetwork: true, containers: [{ name: "a", image: "x", ports: [{ containerPort: 80, hostPort: 81 }] }] },
    ["spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"],
  ],
  aliases: [
    { hostAliases: [{ ip: "x", hostnames: ["A"] }] },
    [
      'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      `spec.hostAliases[0].hostnames[0]: Invalid value: "A": ${SUBDOMAIN}`,
    ],
  ],
  "security context": [
    {
      hostPID: true,
      hostNetwork: true,
      shareProcessNamespace: true,
      securityContext: {
        fsGroup: -1,
        supplementalGroups: [-2],
        sysctls: [
          { name: "net.ipv4.tcp_syncookies", value: "1" },
          { name: "A", value: "" },
          { name: "A", value: "" },
        ],
        fsGroupChangePolicy: "Sometimes",
      },
    },
    [
      "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
      "spec.securityContext.supplementalGroups[0]: Invalid value: -2: must be between 0 and 2147483647, inclusive",
      "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled",
      "spec.securityContext.sysctls[0].name: Invalid value: \"net.ipv4.tcp_syncookies\": may not be specified when 'hostNetwork' is true",
      'spec.securityContext.sysctls[1].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.sysctls[2].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Sometimes": supported values: "Always", "OnRootMismatch"',
    ],
  ],
  "user namespace": [
    { hostUsers: false, hostNetwork: true, hostPID: true },
    ["spec.hostNetwork: Forbidden: when `hostUsers` is false", "spec.HostPID: Forbidden: when `hostUsers` is false"],
  ],
  "node selector": [{ nodeSelector: { "a b": "c" } }, [`spec.nodeSelector: Invalid value: "a b": ${KEY}`]],
  "node affinity": [
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: "a", operator: "In" },
                  { key: "a", operator: "Gt", values: ["1", "2"] },
                  { key: "a", operator: "Is" },
                ],
              },
              { matchFields: [{ key: "spec.x", operator: "Exists" }] },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
        },
      },
    },
    [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].operator: Invalid value: "Is": not a valid selector operator',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchFields[0].operator: Invalid value: "Exists": not a valid selector operator',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key',
      "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100",
    ],
  ],
  "pod affinity": [
    {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: "", namespaces: ["A"], matchLabelKeys: ["app"] },
          ],
        },
      },
    },
    [
      `spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace: Invalid value: "A": ${LABEL}`,
      "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
      "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty",
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
      `spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": ${KEY}`,
    ],
  ],
  "topology spread": [
    {
      topologySpreadConstraints: [
        { maxSkew: 0, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
        { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", nodeTaintsPolicy: "Maybe" },
        { maxSkew: 1, topologyKey: "", whenUnsatisfiable: "ScheduleAnyway", minDomains: 2 },
      ],
    },
    [
      "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"',
      'spec.topologySpreadConstraints[1].nodeTaintsPolicy: Unsupported value: "Maybe": supported values: "Honor", "Ignore"',
      "spec.topologySpreadConstraints[2].topologyKey: Required value: can not be empty",
      "spec.topologySpreadConstraints[2].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
    ],
  ],
  tolerations: [
    {
      tolerations: [
        { operator: "Exists" },
        { value: "x" },
        { key: "a", operator: "Exists", value: "x", effect: "NoSchedule", tolerationSeconds: 1 },
        { key: "a", operator: "Like", effect: "Never" },
      ],
    },
    [
      'spec.tolerations[1].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      "spec.tolerations[2].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set",
      "spec.tolerations[2].operator: Invalid value: \"x\": value must be empty when `operator` is 'Exists'",
      'spec.tolerations[3].operator: Unsupported value: "Like": supported values: "Equal", "Exists"',
      'spec.tolerations[3].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  gates: [
    {
      nodeName: "n",
      schedulingGates: [{ name: "a" }, { name: "a" }],
      readinessGates: [{ conditionType: "a b" }],
    },
    [
      'spec.schedulingGates[1]: Duplicate value: "a"',
      `spec.readinessGates[0].conditionType: Invalid value: "a b": ${KEY}`,
      "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
    ],
  ],
  "own resources": [
    {
      containers: [{ name: "a", image: "x", resources: { requests: { cpu: "2" }, limits: { cpu: "3" } } }],
      resources: { requests: { cpu: "1" }, limits: { cpu: "2", "example.com/gpu": 1 }, claims: [] },
    },
    [
      "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level",
      'spec.resources.limits[example.com/gpu]: Unsupported value: "example.com/gpu": supported values: "cpu", "hugepages-", "memory"',
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
      'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
    ],
  ],
  "resource claims": [
    {
      resourceClaims: [{ name: "c", resourceClaimName: "x" }, { name: "c" }],
      containers: [{ name: "a", image: "x", resources: { claims: [{ name: "c" }, { name: "c" }, { name: "d" }] } }],
    },
    [
      'spec.resourceClaims[1].name: Duplicate value: "c"',
      'spec.resourceClaims[1]: Invalid value: {"name":"c"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      'spec.containers[0].resources.claims[1]: Duplicate value: "c"',
      'spec.containers[0].resources.claims[2]: Not found: "d": must be one of the names in pod.spec.resourceClaims: c',
    ],
  ],
  "operating system": [
    { os: { name: "plan9" } },
    ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
  ],
  "Windows fields on Linux": [
    { os: { name: "linux" }, securityContext: { windowsOptions: { runAsUserName: "a\\b\\c" } } },
    [
      'spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
      "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
    ],
  ],
  "Linux fields on Windows": [
    {
      os: { name: "windows" },
      hostPID: true,
      securityContext: { runAsUser: 1 },
      containers: [{ name: "a", image: "x", securityContext: { privileged: true } }],
    },
    [
      "spec.hostPID: Forbidden: cannot be set for a windows pod",
      "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
      "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
    ],
  ],
  "host processes": [
    { securityContext: { windowsOptions: { hostProcess: true } } },
    ["spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers"],
  ],
});

table<Record<string, string>>("annotations", (annotations) => problems({}, { annotations }), {
  known: [
    {
      "kubernetes.io/config.mirror": "x",
      "controller.kubernetes.io/pod-deletion-cost": "+1",
      "seccomp.security.alpha.kubernetes.io/pod": "x",
      "container.apparmor.security.beta.kubernetes.io/none": "x",
    },
    [
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      'metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "x": must be a valid seccomp profile',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: "none": container not found',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: "x": invalid AppArmor profile name: "x"',
    ],
  ],
});

test("annotations must say what the fields say", () => {
  const securityContext = { seccompProfile: { type: "RuntimeDefault" }, appArmorProfile: { type: "Unconfined" } };
  const annotations = {
    "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
    "container.apparmor.security.beta.kubernetes.io/a": "runtime/default",
  };
  expect(problems({ securityContext }, { annotations })).toEqual([
    "spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match",
    "spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match",
  ]);
});

test("validatePodTemplate names what is wrong below the template", () => {
  const template: PodTemplateSpec = {
    metadata: { labels: { "a b": "" } },
    spec: {
      containers: [{ name: "A", image: " x" }],
      ephemeralContainers: [{ name: "e", image: "x" }],
      hostNetwork: true,
      volumes: [{ name: "i", image: {} }],
    },
  };
  podTemplateDefaults(template);
  const errors = new FieldErrors();
  validatePodTemplate(template, "spec.template", errors);
  expect(errors.errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    `spec.template.labels: Invalid value: "a b": ${KEY}`,
    `spec.template.spec.containers[0].name: Invalid value: "A": ${LABEL}`,
    "spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template",
  ]);
});
