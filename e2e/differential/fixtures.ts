/** Manifests and what else lies beside them. */
const MANIFESTS: Readonly<Record<string, string>> = {
  "app.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: web}}
data: {color: blue, empty: "", number: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "example/web:1", ports: [{containerPort: 80}]}]
`,
  "changed.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: red}
`,
  "service.yaml": `apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: web}, ports: [{port: 80}]}
`,
  "binding.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]
`,
  "no-kind.yaml": "metadata: {name: x}\n",
  "unknown-kind.yaml": "apiVersion: x/v1\nkind: Foo\nmetadata: {name: x}\n",
  "unknown-field.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ncolor: blue\n",
  "invalid.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: X_}\nspec: {containers: []}\n",
  "broken.yaml": "a: b: c\n",
  "empty.yaml": "",
  "path.jsonpath": "{.items[*].metadata.name}",
  "names.tmpl": "{{range .items}}{{.metadata.name}} {{end}}",
  "columns.txt": "NAME KIND\nmetadata.name kind\n",
  "values.env": "A=b\n# a comment\nC=d e\n",
  "folder/one.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
  "folder/inner/two.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: pass}\n",
  "folder/readme.txt": "not a manifest\n",
  "kustomization/kustomization.yaml": `namePrefix: my-
commonLabels: {team: blue}
resources: [app.yaml]
configMapGenerator: [{name: flags, literals: [a=b]}]
images: [{name: example/web, newTag: "2"}]
`,
  "kustomization/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "example/web:1", envFrom: [{configMapRef: {name: flags}}]}]
`,
};

/** A kustomization over another. */
const OVERLAY: Readonly<Record<string, string>> = {
  "overlay/kustomization.yaml": `resources: [../kustomization]
nameSuffix: -v2
labels: [{pairs: {tier: web}, includeSelectors: true}]
configMapGenerator: [{name: flags, behavior: merge, literals: [c=d]}]
secretGenerator: [{name: pass, literals: [user=ann]}]
replicas: [{name: web, count: 0}]
patches:
  - path: patch.yaml
  - target: {kind: Deployment}
    patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}]'
sortOptions: {order: fifo}
`,
  "overlay/patch.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}, {name: side, image: example/side}]}}}
`,
  "kuberc.yaml": `apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults:
- {command: get, options: [{name: output, default: name}]}
- {command: nope, options: []}
aliases:
- {name: getn, command: get, prependArgs: [ns], appendArgs: [default], options: [{name: output, default: wide}]}
- {name: bad, command: nope}
`,
  "broken-kustomization/kustomization.yaml": "resources: [nope.yaml]\n",
};
/** Files that the lines name, by their paths. */
export const FIXTURES: Readonly<Record<string, string>> = { ...MANIFESTS, ...OVERLAY };

const PODS = "containers: [{name: main, image: example/app, resources: {requests: {cpu: 10m, memory: 16Mi}}}]";

const KINDS = `apiVersion: v1
kind: Namespace
metadata: {name: team, labels: {kind: test}}
---
${FIXTURES["app.yaml"]}---
${FIXTURES["service.yaml"]}---
${FIXTURES["binding.yaml"]}---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: db}, ports: [{name: db, port: 5432}]}
---
apiVersion: v1
kind: Secret
metadata: {name: pass}
stringData: {user: ann, password: secret}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: limits}
spec: {hard: {pods: "50", requests.cpu: "4"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec: {limits: [{type: Container, defaultRequest: {cpu: 10m}, max: {memory: 1Gi}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: slow, hostPath: {path: /tmp/disk}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: example.com/none
parameters: {tier: gold}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: outer}
spec: {controller: example.com/outer}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  ingressClassName: outer
  tls: [{hosts: [a.example.com], secretName: cert}]
  rules:
    - host: a.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 5432}]}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: ReplicaSet, name: nobody}
  minReplicas: 1
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  suspend: true
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${PODS}}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {suspend: true, template: {spec: {restartPolicy: Never, ${PODS}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {replicas: 1, serviceName: headless, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {${PODS}}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {${PODS}}}}
`;

/** Variables from everywhere, and from nowhere. */
const VARIABLES = `apiVersion: apps/v1
kind: Deployment
metadata: {name: envs, labels: {a: b}}
spec:
  replicas: 0
  selector: {matchLabels: {app: e}}
  template:
    metadata: {labels: {app: e}}
    spec:
      containers:
      - name: c
        image: x
        resources: {limits: {cpu: 1500m, memory: 100Mi}}
        env: [{name: A, value: b}, {name: P, valueFrom: {secretKeyRef: {name: pass, key: password}}}, {name: Q, valueFrom: {secretKeyRef: {name: pass, key: nope}}}, {name: C, valueFrom: {configMapKeyRef: {name: settings, key: color}}}, {name: D, valueFrom: {configMapKeyRef: {name: nope, key: color}}}, {name: F, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: G, valueFrom: {fieldRef: {fieldPath: "metadata.labels['a']"}}}, {name: H, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: R, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}, {name: M, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}]
`;

/** What is in the cluster when the lines are run: an object of every kind that people have. */
export const OBJECTS = `${KINDS}---
${VARIABLES}`;

export const CUSTOM_TYPE = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wg]}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, description: What is wanted., properties: {size: {type: integer, description: How big.}}}}
`;

export const CUSTOM_OBJECT = `apiVersion: example.com/v1
kind: Widget
metadata: {name: one}
spec: {size: 3}
`;
