import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run } from "./support/run.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

const LONG_MS = 240_000;
let cluster: TestCluster;
/** Where Ingresses answer, from `kube status`. */
let ingress: { readonly http: string; readonly https: string };

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster(["--nodes", "2"]);
  const status = await cluster.kube(["status", "--name", cluster.name, "-o", "json"]);
  // The program's own output, checked by the test of `kube status`.
  const { ingress: urls } = JSON.parse(status.stdout) as { ingress: readonly string[] };
  ingress = { http: urls[0] ?? "", https: urls[1] ?? "" };
}, LONG_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, LONG_MS);

async function namespace(name: string): Promise<(...args: readonly string[]) => Promise<string>> {
  await cluster.kubectl("create", "namespace", name);
  return async (...args) => await cluster.kubectl("-n", name, ...args);
}

/** What a web server answers; each request on a connection of its own. */
async function page(url: string, init: BunFetchRequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, keepalive: false, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.text();
}

/** `host` is found at this machine, whatever resolver it has. */
const throughIngress = async (host: string, path = "/"): Promise<string> =>
  await page(`${ingress.http}${path}`, { headers: { host } });

test(
  "a load balancer answers on an address of its own, which kube service tells",
  async () => {
    const kubectl = await namespace("balanced");
    await kubectl("apply", "-f", join(examples, "load-balancer"));
    await kubectl("rollout", "status", "deployment/hello-lb", "--timeout=60s");
    const ip = await eventually("an address", async () => {
      const text = await kubectl("get", "service", "hello-lb", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
      return text === "" ? undefined : text;
    });
    expect(ip).toStartWith("127.");
    const url = (await cluster.kube(["service", "hello-lb", "-n", "balanced", "--url"])).stdout.trim();
    expect(url).toBe(`http://${ip}:8080`);
    await eventually("it answers", async () => (await page(url)).startsWith("hello from version 1"));
    await kubectl("patch", "service", "hello-lb", "-p", '{"spec":{"type":"ClusterIP"}}');
    await eventually(
      "it answers no more",
      async () =>
        await page(url).then(
          () => false,
          () => true,
        ),
    );
  },
  LONG_MS,
);

test(
  "Ingresses answer by host and path, with a certificate of the cluster's, and every Service by its name",
  async () => {
    const kubectl = await namespace("routed");
    await kubectl("apply", "-f", join(examples, "ingress"));
    await kubectl("wait", "pod/hello-one", "pod/hello-two", "--for=condition=Ready", "--timeout=60s");
    await eventually("version 1", async () => (await throughIngress("hello.localhost")).includes("version 1"));
    expect(await throughIngress("hello.localhost", "/next")).toContain("version 2");
    expect(await throughIngress("hello-two.routed.localhost")).toContain("version 2");
    const folder = join(cluster.env["KUBE_HOME"] ?? "", cluster.name);
    const port = new URL(ingress.https).port || "443";
    const secure = await run([
      "curl",
      "--silent",
      "--show-error",
      "--cacert",
      join(folder, "pki", "ingress-ca.crt"),
      "--resolve",
      `secure.localhost:${port}:127.0.0.1`,
      `https://secure.localhost:${port}/`,
    ]);
    expect(`${secure.stdout}${secure.stderr}`).toContain("hello from version 1");
    expect(await kubectl("get", "ingress", "hello", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}")).toBe(
      "127.0.0.1",
    );
    await eventually("the access log", async () =>
      (await Bun.file(join(folder, "logs", "ingress.log")).text()).includes('"hello.localhost"'),
    );
  },
  LONG_MS,
);

test(
  "a NetworkPolicy lets in whom it names and nobody else, at once",
  async () => {
    const kubectl = await namespace("guarded");
    await kubectl("apply", "-f", join(examples, "network-policy"));
    await kubectl("wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s");
    const reaches = async (pod: string): Promise<boolean> => {
      const args = ["-n", "guarded", "exec", pod, "--", "timeout", "2", "wget", "-qO-", "http://guarded"];
      return (await cluster.tryKubectl(args)).stdout.startsWith("hello from version 1");
    };
    await eventually("the friend is let in", async () => await reaches("friend"));
    expect(await reaches("stranger")).toBe(false);
    await kubectl("label", "pod", "stranger", "access=granted");
    await eventually("the stranger is a friend now", async () => await reaches("stranger"), 5000);
    await kubectl("label", "pod", "friend", "access-");
    await eventually("the friend is none any more", async () => !(await reaches("friend")), 15_000);
    await kubectl("delete", "networkpolicy", "guarded");
    await eventually("everyone is let in", async () => await reaches("friend"), 5000);
  },
  LONG_MS,
);

test(
  "host ports answer on their own node, and localhost has the first node's",
  async () => {
    const kubectl = await namespace("host-ports");
    const daemonSet = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "web" },
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            containers: [{ name: "web", image: "kube-hello:1", ports: [{ containerPort: 8080, hostPort: 30_789 }] }],
          },
        },
      },
    };
    const applied = await cluster.tryKubectl(["-n", "host-ports", "apply", "-f", "-"], {
      input: JSON.stringify(daemonSet),
    });
    expect(applied.stderr).toBe("");
    await kubectl("rollout", "status", "daemonset/web", "--timeout=60s");
    const nodes = JSON.parse(await cluster.kubectl("get", "nodes", "-o", "json")) as {
      items: { metadata: { name: string }; status: { addresses: { type: string; address: string }[] } }[];
    };
    for (const { metadata, status } of nodes.items) {
      const ip = status.addresses.find(({ type }) => type === "InternalIP")?.address;
      const selector = `spec.nodeName=${metadata.name}`;
      const pod = await kubectl(
        "get",
        "pods",
        "--field-selector",
        selector,
        "-o",
        "jsonpath={.items[0].metadata.name}",
      );
      await eventually(`${pod} answers`, async () => (await page(`http://${ip}:30789/`)).includes(pod));
    }
    await eventually("localhost answers", async () => (await page("http://localhost:30789/")).startsWith("hello"));
  },
  LONG_MS,
);

test(
  "no request is lost in a rolling update, a scale to twenty and back to one, and a node that is drained and stopped, whichever way it comes",
  async () => {
    const kubectl = await namespace("busy");
    const objects = [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: "web" } },
          template: {
            metadata: { labels: { app: "web" } },
            spec: {
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: "kubernetes.io/hostname",
                  whenUnsatisfiable: "ScheduleAnyway",
                  labelSelector: { matchLabels: { app: "web" } },
                },
              ],
              containers: [
                {
                  name: "web",
                  image: "kube-hello:1",
                  ports: [{ name: "http", containerPort: 8080 }],
                  readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1, timeoutSeconds: 5 },
                },
              ],
            },
          },
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: {
          type: "LoadBalancer",
          selector: { app: "web" },
          ports: [{ port: 8080, targetPort: "http", nodePort: 30_788 }],
        },
      },
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "web" },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
      },
    ];
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await cluster.tryKubectl(["-n", "busy", "apply", "-f", "-"], { input });
    await kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    const clusterIp = await kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
    const balancer = await eventually("an address", async () => {
      const ip = await kubectl("get", "service", "web", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
      return ip === "" ? undefined : ip;
    });
    const ways: Readonly<Record<string, () => Promise<string>>> = {
      ClusterIP: async () => await page(`http://${clusterIp}:8080/`),
      NodePort: async () => await page("http://localhost:30788/"),
      LoadBalancer: async () => await page(`http://${balancer}:8080/`),
      Ingress: async () => await throughIngress("web.busy.localhost"),
    };
    await Promise.all(Object.values(ways).map(async (way) => await eventually("it answers", way)));
    const over = new AbortController();
    const failures: string[] = [];
    let answers = 0;
    const load = Object.entries(ways).map(async ([name, way]) => {
      while (!over.signal.aborted) {
        await way().then(
          () => answers++,
          (error: unknown) => failures.push(`${name}: ${String(error)}`),
        );
        // Constant load, and not all that the machine can do: other tests run too.
        await Bun.sleep(20);
      }
    });
    await kubectl("set", "image", "deployment/web", "web=kube-hello:2");
    await kubectl("rollout", "status", "deployment/web", "--timeout=120s");
    const scale = async (replicas: number): Promise<void> => {
      await kubectl("scale", "deployment/web", `--replicas=${replicas}`);
      await kubectl("rollout", "status", "deployment/web", "--timeout=120s");
      const isSo = async () => (await kubectl("get", "pods", "-o", "name")).trim().split("\n").length === replicas;
      await eventually(`there are ${replicas} pods`, isSo, 60_000);
    };
    for (const replicas of [1, 20, 1, 2]) await scale(replicas);
    const node = `${cluster.name}-2`;
    await cluster.kubectl("cordon", node);
    const stranded = await kubectl("get", "pods", "--field-selector", `spec.nodeName=${node}`, "-o", "name");
    for (const pod of stranded.split("\n").filter((each) => each !== "")) {
      await kubectl("delete", pod, "--wait");
      await kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    }
    await cluster.kube(["node", "stop", node, "--name", cluster.name]);
    await cluster.kubectl("wait", `node/${node}`, "--for=condition=Ready=Unknown", "--timeout=90s");
    await cluster.kube(["node", "start", node, "--name", cluster.name]);
    await cluster.kubectl("wait", `node/${node}`, "--for=condition=Ready", "--timeout=60s");
    await cluster.kubectl("uncordon", node);
    over.abort();
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(100);
  },
  LONG_MS,
);

test(
  "after a stop nothing is left in the kernel, and nothing listens",
  async () => {
    expect((await run(["nft", "list", "tables"])).stdout).toContain(`kube-${cluster.name}`);
    await cluster.kube(["stop", "--name", cluster.name]);
    expect((await run(["nft", "list", "tables"])).stdout).not.toContain(`kube-${cluster.name}`);
    expect(await page(ingress.http).catch((error: Error & { code?: string }) => error.code)).toBe("ECONNREFUSED");
    await cluster.kube(["start", "--name", cluster.name]);
  },
  LONG_MS,
);
