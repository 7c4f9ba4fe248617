import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { kubectls } from "./support/kubectls.ts";
import { type Output, run } from "./support/run.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/*
 * Unmodified kubectl, every version at hand, through a day's work. Each version has a namespace of its own.
 */

const versions = await kubectls();
let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

test("at least one kubectl is at hand", () => {
  expect(versions.length).toBeGreaterThan(0);
});

for (const { version, path } of versions) {
  test(`kubectl ${version} does a day's work`, async () => {
    const namespace = `k${version.replace(".", "-")}`;
    const folder = await mkdtemp(join(tmpdir(), "kube-kubectl-"));
    const tryIt = async (
      args: readonly string[],
      options: { input?: string; env?: Record<string, string> } = {},
    ): Promise<Output> =>
      await run([path, "-n", namespace, ...args], { ...options, env: { ...cluster.env, ...options.env } });
    const kubectl = async (...args: readonly string[]): Promise<string> => {
      const output = await tryIt(args);
      expect(
        output.stderr.replaceAll(/^Warning:.*\n|^WARNING:.*\n|^Flag .* has been deprecated.*\n|^W\d{4} .*\n/gm, ""),
      ).not.toMatch(/error|Unhandled/i);
      expect({ args, exitCode: output.exitCode, stderr: output.exitCode === 0 ? "" : output.stderr }).toEqual({
        args,
        exitCode: 0,
        stderr: "",
      });
      return output.stdout;
    };

    await kubectl("create", "namespace", namespace);
    const manifest = (await Bun.file(join(examples, "hello", "hello.yaml")).text()).replace(/\n *nodePort: 30080/, "");
    const file = join(folder, "hello.yaml");
    await Bun.write(file, manifest);

    // Nothing is there yet: diff shows all of it and says so by its exit code.
    const diff = await tryIt(["diff", "-f", file]);
    expect(diff.exitCode).toBe(1);
    expect(diff.stdout).toContain("+kind: Deployment");
    expect(await kubectl("apply", "-f", file)).toBe("deployment.apps/hello created\nservice/hello created\n");
    expect(await kubectl("apply", "-f", file)).toBe("deployment.apps/hello unchanged\nservice/hello unchanged\n");
    expect((await tryIt(["diff", "-f", file])).exitCode).toBe(0);
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");

    expect(await kubectl("get", "pods", "-o", "wide")).toMatch(
      /NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nhello-\S+ +1\/1 +Running/,
    );
    expect(await kubectl("get", "all")).toMatch(/replicaset\.apps\/hello-\S+ +2 +2 +2/);
    expect(JSON.parse(await kubectl("get", "deploy", "hello", "-o", "json"))).toMatchObject({
      kind: "Deployment",
      status: { readyReplicas: 2 },
    });
    expect(await kubectl("get", "svc/hello", "-o", "yaml")).toContain("clusterIP: 10.");
    expect(await kubectl("get", "pods", "-l", "app=hello", "-o", "name")).toMatch(/^pod\/hello-\S+\npod\/hello-\S+\n$/);
    expect(await kubectl("get", "deploy", "-o", "jsonpath={.items[*].spec.replicas}")).toBe("2");
    expect(
      await kubectl("get", "deploy", "-o", "go-template={{range .items}}{{.metadata.name}}={{.spec.replicas}}{{end}}"),
    ).toBe("hello=2");
    expect(await kubectl("get", "deploy", "-o", "custom-columns=N:.metadata.name,R:.spec.replicas")).toBe(
      "N       R\nhello   2\n",
    );
    expect(await kubectl("get", "pods", "--field-selector", "status.phase=Pending")).toBe("");
    expect(await kubectl("get", "pods", "-A", "--sort-by=.metadata.name", "--no-headers")).toContain(namespace);
    expect(await kubectl("describe", "deployment", "hello")).toMatch(
      /Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/,
    );
    expect(await kubectl("describe", "pod", "-l", "app=hello")).toContain("Successfully assigned");
    expect(await kubectl("describe", "node")).toContain("Allocated resources");
    expect(await kubectl("explain", "pod.spec.containers.image")).toMatch(/KIND: +Pod/);
    expect(await kubectl("api-resources", "--namespaced=true")).toMatch(/pods +po +v1 +true +Pod/);
    expect(await kubectl("auth", "can-i", "create", "pods")).toBe("yes\n");

    const pod = (await kubectl("get", "pods", "-o", "name")).split("\n")[0] ?? "";
    expect(await kubectl("logs", pod, "--tail=1")).not.toBe("");
    expect(await kubectl("exec", pod, "--", "hostname")).toBe(`${pod.replace("pod/", "")}\n`);
    expect((await tryIt(["exec", pod, "--", "sh", "-c", "exit 7"])).exitCode).toBe(7);
    expect((await tryIt(["exec", "-i", pod, "--", "cat"], { input: "through and back" })).stdout).toBe(
      "through and back",
    );
    await Bun.write(join(folder, "up"), "x".repeat(300_000));
    await kubectl("cp", join(folder, "up"), `${pod.replace("pod/", "")}:/tmp/up`);
    await kubectl("cp", `${pod.replace("pod/", "")}:/tmp/up`, join(folder, "down"));
    expect(await Bun.file(join(folder, "down")).text()).toBe("x".repeat(300_000));

    await kubectl("scale", "deployment/hello", "--replicas=3");
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    await kubectl("set", "image", "deployment/hello", "web=kube-hello:2");
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    expect(await kubectl("rollout", "history", "deployment/hello")).toMatch(/^2 +<none>/m);
    await kubectl("rollout", "undo", "deployment/hello");
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    expect(await kubectl("get", "deploy", "hello", "-o", "jsonpath={.spec.template.spec.containers[0].image}")).toBe(
      "kube-hello:1",
    );
    await kubectl("rollout", "restart", "deployment/hello");
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    expect(
      (await tryIt(["edit", "deployment", "hello"], { env: { KUBE_EDITOR: "sed -i s/replicas:.3/replicas:\\ 1/" } }))
        .stdout,
    ).toContain("deployment.apps/hello edited");
    await kubectl("wait", "--for=condition=Available", "deployment/hello", "--timeout=60s");
    await kubectl("label", "deployment", "hello", "tier=front");
    await kubectl("annotate", "deployment", "hello", "note=seen");
    await kubectl(
      "patch",
      "deployment",
      "hello",
      "--type=json",
      "-p",
      '[{"op":"test","path":"/metadata/labels/tier","value":"front"},{"op":"remove","path":"/metadata/labels/tier"}]',
    );
    await kubectl("apply", "--server-side", "--force-conflicts", "-f", file);

    // kubectl may choose a pod that is about to end.
    const ending = ["get", "pods", "-o", "jsonpath={.items[*].metadata.deletionTimestamp}"];
    await eventually("no pod is ending", async () => (await kubectl(...ending)) === "");
    await portForward(path, namespace, cluster.env);
    await proxied(path, cluster.env, namespace);
    await eventually("the pod's usage is known", async () =>
      /^hello-\S+ +\d+m +\d+Mi *$/m.test((await tryIt(["top", "pods"])).stdout),
    );

    expect(await kubectl("delete", "-f", file)).toMatch(/deployment.apps "hello" deleted.*\nservice "hello" deleted/);
    await eventually("the pods are gone", async () => (await kubectl("get", "pods", "-o", "name")) === "");
    await kubectl("delete", "namespace", namespace, "--timeout=60s");
    expect((await tryIt(["get", "namespace", namespace])).stderr).toContain(`namespaces "${namespace}" not found`);
  }, 180_000);
}

/** Two connections one after the other: the first must not take the session with it. */
async function portForward(path: string, namespace: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = Bun.spawn([path, "-n", namespace, "port-forward", "service/hello", ":80"], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  try {
    const reader = child.stdout.getReader();
    let text = "";
    while (!/127\.0\.0\.1:(\d+)/.test(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`port-forward ended: ${text}${await new Response(child.stderr).text()}`);
      text += new TextDecoder().decode(value);
    }
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    for (let round = 0; round < 3; round++) {
      const response = await fetch(`http://127.0.0.1:${port}/`, { keepalive: false });
      expect(await response.text()).toStartWith("hello from version 1");
    }
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill();
    await child.exited;
  }
}

async function proxied(path: string, env: Readonly<Record<string, string>>, namespace: string): Promise<void> {
  const child = Bun.spawn([path, "proxy", "--port=0"], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  try {
    const { value } = await child.stdout.getReader().read();
    const address = /127\.0\.0\.1:\d+/.exec(new TextDecoder().decode(value))?.[0];
    const list = (await (await fetch(`http://${address}/api/v1/namespaces/${namespace}/services`)).json()) as {
      kind: string;
    };
    expect(list.kind).toBe("ServiceList");
    expect(
      await (await fetch(`http://${address}/api/v1/namespaces/${namespace}/services/hello:http/proxy/`)).text(),
    ).toStartWith("hello from version");
  } finally {
    child.kill();
    await child.exited;
  }
}
