import { afterAll, beforeAll, expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/** What goes wrong in clusters, each sort of it broken on purpose, and what `kube why` makes of it. */

let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

interface Broken {
  readonly what: string;
  readonly manifest: string;
  readonly ask: readonly string[];
  /** All of it is said. */
  readonly says: readonly string[];
}

const IMAGE = "kube-hello:1";

const pod = (spec: string, labels = "{}"): string => `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: ${labels}}
spec: ${spec}
`;
const deployment = (spec: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: ${spec}}
`;
const container = (more: string): string => `{containers: [{name: app, image: "${IMAGE}", ${more}}]}`;

const BROKEN: readonly Broken[] = [
  {
    what: "a program that fails",
    manifest: deployment(container('command: [sh, -c, "echo DB_URL is not set; exit 1"]')),
    ask: ["deployment", "web"],
    says: ["exit code 1", "DB_URL is not set", "--previous"],
  },
  {
    what: "a program that is not in the image",
    manifest: pod(container("command: [no-such-program]")),
    ask: ["pod/web"],
    says: ['"no-such-program" is not in the image'],
  },
  {
    what: "too little memory",
    manifest: pod(
      container(
        'command: [sh, -c, "x=a; while true; do x=$x$x; done"], resources: {limits: {memory: 16Mi}, requests: {memory: 16Mi}}',
      ),
    ),
    ask: ["pod", "web"],
    says: ["its limit of 16Mi (OOMKilled)"],
  },
  {
    what: "an image that is nowhere",
    manifest: pod('{containers: [{name: app, image: "no-such-image:1"}]}'),
    ask: ["web"],
    says: ['the image "no-such-image:1" cannot be pulled', "docker build -t no-such-image:1"],
  },
  {
    what: "an image that may not be pulled",
    manifest: pod('{containers: [{name: app, image: "no-such-image:1", imagePullPolicy: Never}]}'),
    ask: ["pod/web"],
    says: ["imagePullPolicy Never"],
  },
  {
    what: "a ConfigMap and a key that are missing",
    manifest: `${pod(container("envFrom: [{configMapRef: {name: settings}}], env: [{name: LEVEL, valueFrom: {secretKeyRef: {name: keys, key: level}}}]"))}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {levl: top-secret}}
`,
    ask: ["pod/web"],
    says: ['the ConfigMap "settings", which does not exist', 'the key "level" of the Secret "keys"', "Its keys: levl"],
  },
  {
    what: "a Secret for a volume that is missing",
    manifest: pod(`{volumes: [{name: v, secret: {secretName: tls}}], containers: [{name: app, image: "${IMAGE}"}]}`),
    ask: ["pod/web"],
    says: ['the Secret "tls", which does not exist', "kube create secret generic tls"],
  },
  {
    what: "a readiness probe that asks where nobody listens",
    manifest: pod(
      container(
        "ports: [{containerPort: 8080}], readinessProbe: {httpGet: {path: /, port: 9999}, periodSeconds: 1, failureThreshold: 1}",
      ),
    ),
    ask: ["pod/web"],
    says: ["its readiness probe (GET / at port 9999) fails", "the container declares 8080"],
  },
  {
    what: "a liveness probe that kills",
    manifest: pod(
      container(
        "livenessProbe: {tcpSocket: {port: 9999}, periodSeconds: 1, failureThreshold: 1}, command: [sleep, '600']",
      ).replace("{containers", "{terminationGracePeriodSeconds: 0, containers"),
    ),
    ask: ["pod/web"],
    says: ["is killed because its liveness probe fails"],
  },
  {
    what: "more cpu than there is",
    manifest: pod(container('resources: {requests: {cpu: "4000"}}')),
    ask: ["pod/web"],
    says: ["not enough cpu is free, it asks for 4k", "no node is that large"],
  },
  {
    what: "labels that no node has",
    manifest: pod(`{nodeSelector: {disk: ssd}, containers: [{name: app, image: "${IMAGE}"}]}`),
    ask: ["pod/web"],
    says: ["No node has the label disk=ssd", "kube label node"],
  },
  {
    what: "a claim that does not exist",
    manifest: pod(
      `{volumes: [{name: v, persistentVolumeClaim: {claimName: data}}], containers: [{name: app, image: "${IMAGE}"}]}`,
    ),
    ask: ["pod/web"],
    says: ['the PersistentVolumeClaim "data", which does not exist'],
  },
  {
    what: "a storage class that does not exist",
    manifest:
      "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
    ask: ["pvc", "data"],
    says: ['its StorageClass "fast" does not exist', "standard"],
  },
  {
    what: "a quota that is used up",
    manifest: `{apiVersion: v1, kind: ResourceQuota, metadata: {name: small}, spec: {hard: {pods: "0"}}}
---${deployment(container("command: [sleep, '600']"))}`,
    ask: ["deployment/web"],
    says: ['the ResourceQuota "small" is used up', "kube describe quota small"],
  },
  {
    what: "a LimitRange",
    manifest: `{apiVersion: v1, kind: LimitRange, metadata: {name: range}, spec: {limits: [{type: Container, max: {memory: 64Mi}}]}}
---${deployment(container("resources: {limits: {memory: 1Gi}}"))}`,
    ask: ["deployment/web"],
    says: ["a LimitRange allows a Container at most 64Mi of memory", "it asks for 1Gi"],
  },
  {
    what: "a service account that is missing",
    manifest: deployment(`{serviceAccountName: robot, containers: [{name: app, image: "${IMAGE}"}]}`),
    ask: ["deployment/web"],
    says: ['their ServiceAccount "robot" does not exist'],
  },
  {
    what: "a Service whose selector and ports are wrong",
    manifest: `${pod(container("ports: [{name: http, containerPort: 8080}]"), "{app: web, tier: front}")}
---
{apiVersion: v1, kind: Service, metadata: {name: near}, spec: {selector: {app: web, tier: frontend}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: ports}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}}`,
    ask: [],
    says: ["Pod web comes near, but has tier=front", 'the port named "web", which no container of its pods has'],
  },
  {
    what: "an Ingress that leads nowhere",
    manifest: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules: [{host: shop.localhost, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
`,
    ask: ["ingress/shop"],
    says: ['its class "nginx" does not exist', 'the Service "web", which does not exist'],
  },
  {
    what: "a job that is given up",
    manifest: `
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: app, image: "${IMAGE}", command: [sh, -c, "echo no such table; exit 3"]}]}}
`,
    ask: ["job", "import"],
    says: ["ends with exit code 3", "no such table"],
  },
  {
    what: "a finalizer that nobody takes away",
    manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [example.com/cleanup]}}",
    ask: ["configmap/held"],
    says: [],
  },
  {
    what: "a policy of the namespace",
    manifest: deployment(container("securityContext: {privileged: true}")),
    ask: ["deployment/web"],
    says: ['allows only what is "restricted" to PodSecurity', "privileged"],
  },
];

const LONG_MS = 120_000;

for (const [index, { what, manifest, ask, says }] of BROKEN.entries()) {
  test(
    `kube why explains ${what}`,
    async () => {
      const name = `why-${index}`;
      await cluster.kubectl("create", "namespace", name);
      if (what.startsWith("a policy"))
        await cluster.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
      const applied = await cluster.tryKubectl(["apply", "-n", name, "-f", "-"], { input: `---\n${manifest}` });
      expect(applied.stderr).not.toContain("error");
      if (what.startsWith("a finalizer")) {
        await cluster.kubectl("delete", "-n", name, "configmap/held", "--wait=false");
        const { stdout, exitCode } = await cluster.kube(["why", ...ask, "-n", name]);
        expect(stdout).toContain('still held by the finalizer "example.com/cleanup"');
        // Within the first half minute its controller may still come.
        expect(exitCode).toBe(0);
        await cluster.kubectl(
          "patch",
          "-n",
          name,
          "configmap/held",
          "--type=merge",
          "-p",
          '{"metadata":{"finalizers":null}}',
        );
        return;
      }
      let last = "";
      const told = await eventually(
        `it says ${says.join(" and ")}`,
        async () => {
          const output = await cluster.kube(["why", ...ask, "-n", name]);
          last = output.stdout + output.stderr;
          return output.exitCode === 2 && says.every((text) => output.stdout.includes(text)) && output;
        },
        60_000,
      ).catch((error: unknown) => {
        throw new Error(`It said:\n${last}`, { cause: error });
      });
      // Values of secrets are never shown.
      expect(told.stdout).not.toContain("top-secret");
      await cluster.kubectl("delete", "namespace", name, "--wait=false");
    },
    LONG_MS,
  );
}

test(
  "kube why says that what is well is well, by its exit code too",
  async () => {
    await cluster.kubectl("create", "namespace", "well");
    await cluster.kubectl("create", "deployment", "web", `--image=${IMAGE}`, "-n", "well");
    await cluster.kubectl("rollout", "status", "deployment/web", "-n", "well", "--timeout=60s");
    const one = await cluster.kube(["why", "deployment/web", "-n", "well"]);
    expect(one.stdout).toBe("Deployment well/web is well: 1 of 1 replicas are available\n");
    expect(one.exitCode).toBe(0);
    const all = await cluster.kube(["why", "-n", "well"]);
    expect(all.stdout).toBe("Everything is well\n");
    const json = await cluster.kube(["why", "deploy", "web", "-n", "well", "-o", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ diagnoses: [{ verdict: "well", troubles: [] }] });
    const missing = await cluster.kube(["why", "wbe", "-n", "well"]);
    expect(missing.stderr).toContain("Did you mean web");
    expect(missing.exitCode).toBe(1);
  },
  LONG_MS,
);
