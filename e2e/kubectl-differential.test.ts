import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Output, run } from "./support/run.ts";
import { kubectlPath, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/** Before this one, kubectl words some messages differently. */
const OLDEST_MINOR = 32;

const minor = await kubectlMinor();

async function kubectlMinor(): Promise<number> {
  const { stdout } = await run([kubectlPath(), "version", "--client", "-o", "json"]);
  return Number(/"minor": "(\d+)/.exec(stdout)?.[1]);
}

/** Eighty programs one after the other. */
const WRITING_TIMEOUT_MS = 60_000;

/** What may differ: our name, times, and what kubectl logs about itself or prints for types that have since changed. */
function normalized({ stdout, stderr, exitCode }: Output): Output {
  const own = (text: string): string =>
    text
      .replaceAll(/\bkubectl(\.[\d.]+)?\b/g, "kube")
      .replaceAll(/^[EWI]\d{4} .*\n/gm, "")
      .replaceAll(/^Error: /gm, "error: ")
      .replaceAll(/\b\d+(ms|s|m)\b/g, "0s")
      // Since 1.34 kubectl names the namespace of what it deleted.
      .replaceAll(/ from (kube|real)-ns namespace\b/g, "")
      .replaceAll(/\b(kube|real)-ns\b/g, "NS");
  return { stdout: own(stdout).replaceAll(/^ *"?creationTimestamp"?: null,?\n/gm, ""), stderr: own(stderr), exitCode };
}

const MANIFESTS = {
  "app.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: web}}
data: {color: blue, empty: "", number: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
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
  "no-kind.yaml": "metadata: {name: x}\n",
  "unknown-kind.yaml": "apiVersion: x/v1\nkind: Foo\nmetadata: {name: x}\n",
  "unknown-field.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ncolor: blue\n",
  "invalid.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: X_}\nspec: {containers: []}\n",
};

/** Read what is there, or make objects without a server: the same line for both. */
const READING: readonly (readonly string[])[] = [
  ["get", "ns"],
  ["get", "ns", "-o", "wide", "--show-labels"],
  ["get", "ns", "-L", "kubernetes.io/metadata.name", "--no-headers"],
  ["get", "ns", "--sort-by=.metadata.name"],
  ["get", "ns", "-o", "name"],
  ["get", "ns", "-o", "yaml"],
  ["get", "ns", "-o", "json"],
  ["get", "ns", "-o", "jsonpath={range .items[*]}{.metadata.name}{'\\n'}{end}"],
  ["get", "ns", "-o", "jsonpath={.items[?(@.metadata.name=='default')].metadata.labels}"],
  ["get", "ns", "-o", "jsonpath-as-json={.items[*].metadata.name}"],
  ["get", "ns", "-o", "jsonpath={.a"],
  ["get", "ns", "-o", "go-template={{range .items}}{{.metadata.name}} {{end}}"],
  ["get", "ns", "-o", "go-template={{foo}}"],
  ["get", "ns", "default", "-o", "go-template={{.kind.x}}"],
  ["get", "ns", "-o", "custom-columns=NAME:.metadata.name,NOPE:.spec.nope"],
  ["get", "ns", "-o", "custom-columns=NAME"],
  ["get", "ns", "default", "nope"],
  ["get", "ns", "nope", "--ignore-not-found"],
  ["get", "ns", "-o", "foo"],
  ["get", "svc,endpoints", "-n", "default"],
  ["get", "svc/kubernetes", "ns/default"],
  ["get", "svc/kubernetes", "ns"],
  ["get", "svc", "-A"],
  ["get", "svc", "kubernetes", "-n", "default", "-o", "yaml", "--show-managed-fields"],
  ["get", "nodes", "--field-selector=metadata.name=nope"],
  ["get", "pods", "-n", "nobody"],
  ["get", "pods", "-l", "a in"],
  ["get", "pods", "--field-selector=foo=bar"],
  ["get", "foo"],
  ["get", "deployments.v1.apps", "-n", "nobody"],
  ["get"],
  ["get", "--raw", "/healthz"],
  ["get", "--raw", "healthz"],
  ["get", "pods", "--show-labels", "-o", "yaml"],
  ["get", "pods", "-f", "/nope"],
  ["api-resources"],
  ["api-resources", "-o", "wide"],
  ["api-resources", "--namespaced=false", "-o", "name"],
  ["api-versions"],
  ["cluster-info"],
  ["explain", "pods"],
  ["explain", "deployments.apps", "--recursive"],
  ["explain", "pods.spec.dnsPolicy"],
  ["explain", "pods.spec.nope"],
  ["create", "deployment", "web", "--image=nginx:1.2", "--replicas=3", "--port=80", "--dry-run=client", "-o", "yaml"],
  ["create", "job", "now", "--image=busybox", "--dry-run=client", "-o", "name", "--", "date"],
  ["create", "service", "clusterip", "s", "--tcp=80:8080", "--tcp=443", "--dry-run=client", "-o", "yaml"],
  ["create", "service", "nodeport", "s", "--tcp=80:http", "--node-port=30001", "--dry-run=client", "-o", "yaml"],
  ["create", "service", "clusterip", "s"],
  ["create", "configmap", "c", "--from-literal=a=b", "--append-hash", "--dry-run=client", "-o", "yaml"],
  ["create", "configmap", "c", "--from-file=/nope"],
  ["create", "configmap", "c", "--from-literal=a"],
  ["create", "secret", "generic", "s", "--from-literal=a=b", "--dry-run=client", "-o", "yaml"],
  [
    "create",
    "secret",
    "docker-registry",
    "s",
    "--docker-username=u",
    "--docker-password=p",
    "--dry-run=client",
    "-o",
    "yaml",
  ],
  ["create", "quota", "q", "--hard=cpu=1,memory=1Gi", "--dry-run=client", "-o", "yaml"],
  ["create", "pdb", "p", "--selector=a=b", "--min-available=50%", "--dry-run=client", "-o", "yaml"],
  ["create", "role", "r", "--verb=get,list", "--resource=pods,deploy.apps,pods/log", "--dry-run=client", "-o", "yaml"],
  ["create", "clusterrole", "r", "--verb=get", "--non-resource-url=/a/*", "--dry-run=client", "-o", "yaml"],
  ["create", "rolebinding", "b", "--role=r", "--user=u", "--serviceaccount=a:b", "--dry-run=client", "-o", "yaml"],
  ["create", "ingress", "i", "--rule=foo.com/*=svc:80,tls=cert", "--class=c", "--dry-run=client", "-o", "yaml"],
  ["create", "ingress", "i", "--rule=foo.com"],
  ["create"],
  ["run", "web", "--image=nginx", "--port=80", "--env=A=b", "--dry-run=client", "-o", "yaml"],
  ["run", "web", "--image=nginx", "--restart=Never", "--dry-run=client", "-o", "json", "--", "a", "b"],
  ["run", "web", "--image=A:b"],
  ["run", "web", "--image=nginx", "--rm"],
  ["apply"],
  ["apply", "foo", "-f", "-"],
  ["delete", "foo", "bar"],
  ["delete", "cm"],
  ["patch", "cm", "x"],
  ["version", "-o", "foo"],
];

/** Change what is there: each program in a namespace of its own, one line after the other. */
const WRITING: readonly (readonly string[])[] = [
  ["apply", "-f", "app.yaml", "--dry-run=client"],
  ["apply", "-f", "app.yaml", "--dry-run=server"],
  ["apply", "-f", "app.yaml"],
  ["apply", "-f", "app.yaml"],
  ["apply", "-f", "changed.yaml", "-o", "name"],
  ["apply", "view-last-applied", "configmap", "settings"],
  ["get", "configmap", "settings", "-o", "jsonpath={.data}{.metadata.labels}"],
  ["create", "-f", "app.yaml"],
  ["apply", "-f", "no-kind.yaml"],
  ["apply", "-f", "unknown-kind.yaml"],
  ["apply", "-f", "unknown-field.yaml"],
  ["apply", "-f", "invalid.yaml"],
  ["label", "configmap", "settings", "a=1"],
  ["label", "configmap", "settings", "a=2"],
  ["label", "configmap", "settings", "a=2", "--overwrite"],
  ["label", "configmap", "settings", "a=b c"],
  ["label", "configmap", "settings", "--list"],
  ["annotate", "configmap", "settings", "note=x"],
  ["annotate", "configmap", "settings", "note=y"],
  ["annotate", "configmap", "settings", "note-"],
  ["patch", "configmap", "settings", "-p", '{"data":{"x":"y"}}'],
  ["patch", "configmap", "settings", "-p", '{"data":{"x":"y"}}'],
  ["patch", "configmap", "settings", "--type=json", "-p", '[{"op":"remove","path":"/data/x"}]'],
  ["patch", "configmap", "settings", "-p", "{"],
  ["patch", "configmap", "nope", "-p", "{}"],
  ["expose", "deployment", "web", "--port=80", "--dry-run=client", "-o", "yaml"],
  ["expose", "deployment", "web", "--dry-run=client"],
  ["expose", "configmap", "settings"],
  ["set", "image", "deployment/web", "web=example/web:2"],
  ["set", "image", "deployment/web", "nope=example/web:2"],
  ["set", "env", "deployment/web", "A=b"],
  ["set", "env", "deployment/web", "--list"],
  ["set", "resources", "deployment/web", "--limits=cpu=1"],
  ["get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers}"],
  ["replace", "-f", "changed.yaml"],
  ["replace", "-f", "unknown-kind.yaml"],
  ["delete", "configmap", "nope"],
  ["delete", "configmap", "nope", "--ignore-not-found"],
  ["delete", "configmap", "-l", "app=nope"],
  ["delete", "-f", "app.yaml"],
];

describe.skipIf(minor < OLDEST_MINOR)(`kube says the same as kubectl 1.${minor}`, () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startTestCluster(["--runtime", "fake"]);
    for (const [name, text] of Object.entries(MANIFESTS)) await writeFile(join(cluster.folder, name), text);
    for (const namespace of ["kube-ns", "real-ns"]) await cluster.kubectl("create", "namespace", namespace);
  });

  afterAll(async () => await cluster[Symbol.asyncDispose]());

  const options = () => ({ cwd: cluster.folder });

  test.each(READING.map((line) => [line.join(" "), line] as const))("%s", async (_, line) => {
    const [ours, theirs] = await Promise.all([cluster.kube(line, options()), cluster.tryKubectl(line, options())]);
    expect(normalized(ours)).toEqual(normalized(theirs));
  });

  test(
    "changing objects, one line after the other",
    async () => {
      for (const line of WRITING) {
        const ours = await cluster.kube([...line, "-n", "kube-ns"], options());
        const theirs = await cluster.tryKubectl([...line, "-n", "real-ns"], options());
        expect({ line, ...normalized(ours) }).toEqual({ line, ...normalized(theirs) });
      }
    },
    WRITING_TIMEOUT_MS,
  );
});
