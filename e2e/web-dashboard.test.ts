import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { type BrowserPage, openChromium } from "./support/chromium.ts";
import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { kubeBinary, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

const LONG_MS = 120_000;
let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
  const path = join(cluster.folder, "web.json");
  await Bun.write(path, JSON.stringify(web));
  await cluster.kubectl("apply", "-f", path);
  await cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
}, LONG_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, LONG_MS);

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "app", image: "kube-hello:1", imagePullPolicy: "Never" }],
      },
    },
  },
};

/** Runs `kube dashboard --web` while `use` looks at it in a browser; the program must end in good order. */
async function withDashboard(
  args: readonly string[],
  use: (page: BrowserPage, link: string) => Promise<void>,
): Promise<void> {
  const child = Bun.spawn([kubeBinary, "dashboard", "--web", "--no-open", ...args], {
    env: { ...process.env, ...cluster.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const link = await printedLink(child.stdout);
    await using page = await openChromium();
    await page.goto(link);
    await use(page, link);
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
}

async function printedLink(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stdout) {
    text += decoder.decode(chunk, { stream: true });
    const found = /http:\/\/127\.0\.0\.1:\d+\/enter\?link=\S+/.exec(text);
    if (found) return found[0];
  }
  throw new Error(`No link was printed: ${text}`);
}

test(
  "a browser sees the cluster live, from the overview to a log, and applies manifests",
  async () => {
    await withDashboard([], async (page, link) => {
      await page.shows("Overview", "nodes", "all well", "live");

      await page.click("pods");
      await page.shows("web-", "1/1", "Running", "live");
      await cluster.kubectl("scale", "deployment/web", "--replicas=3");
      await eventually("three pods that are well are shown", async () => {
        return (await page.evaluate<number>("document.querySelectorAll('#rows tr.good').length")) === 3;
      });

      await page.click("deployments");
      await page.click("web");
      await page.shows("deployment/web", "replicas: 3", "live");
      await cluster.kubectl("scale", "deployment/web", "--replicas=1");
      await page.shows("replicas: 1");
      await page.click("Events");
      await page.shows("ScalingReplicaSet", "Scaled up replica set");
      await page.click("Related");
      await page.shows("replicaset/web-");

      const [pod = ""] = (await cluster.kubectl("get", "pods", "-o", "name")).trim().split("\n");
      await page.click("pods");
      await page.click(pod.replace("pod/", ""));
      await page.click("Log of app");
      await page.shows("hello, version 1");

      await page.click("Apply YAML");
      await page.fill("textarea", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-browser}\ndata: {a: b}");
      await page.click("Apply");
      await page.shows("configmap/from-browser applied");
      expect(await cluster.kubectl("get", "configmap", "from-browser", "-o", "jsonpath={.data.a}")).toBe("b");
      expect(page.problems).toEqual([]);

      // The link was used: whoever finds it in a history gets nothing.
      expect((await fetch(link)).status).toBe(403);
    });
  },
  LONG_MS,
);

test(
  "a filter holds for what comes and goes",
  async () => {
    await withDashboard(["-A"], async (page) => {
      await page.click("configmaps");
      await page.shows("kube-root-ca.crt", "live");
      await page.goto(
        `${await page.evaluate<string>("location.origin")}/resources/configmaps?filter=nothing-has-this-name`,
      );
      await page.shows("0 of");
      await cluster.kubectl("create", "configmap", "nothing-has-this-name");
      await page.shows("1 of");
      await cluster.kubectl("delete", "configmap", "nothing-has-this-name");
      await page.shows("0 of");
    });
  },
  LONG_MS,
);
