import { expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { succeed } from "./support/run.ts";
import { startTestCluster } from "./support/test-cluster.ts";

test("addons are switched while the cluster runs, and stay so", async () => {
  await exampleImages();
  await using cluster = await startTestCluster();
  const kube = async (...args: readonly string[]) => await cluster.kube(args);
  const named = ["--name", cluster.name] as const;
  const { ingress } = JSON.parse((await kube("status", ...named, "-o", "json")).stdout) as { ingress: string[] };
  const ingressAnswers = async (): Promise<boolean> =>
    await fetch(ingress[0] ?? "").then(
      () => true,
      () => false,
    );
  expect(await ingressAnswers()).toBe(true);
  for (const addon of ["ingress", "metrics", "default-storageclass", "dashboard"]) {
    expect((await kube("addons", "disable", addon, ...named)).stdout).toBe(`Addon "${addon}" is disabled\n`);
  }
  const checkOff = async (): Promise<void> => {
    expect(await ingressAnswers()).toBe(false);
    expect((await kube("top", "nodes")).stderr).toBe("error: Metrics API not available\n");
    expect(
      (await cluster.tryKubectl(["get", "ingressclasses,storageclasses,apiservices", "-o", "name"])).stdout,
    ).not.toMatch(/standard|ingressclass|metrics/);
    expect((await kube("dashboard")).stderr).toContain(`The dashboard of cluster "${cluster.name}" is switched off`);
  };
  await checkOff();
  await kube("stop", ...named);
  await kube("start", ...named);
  await checkOff();
  expect((await kube("addons", "list", ...named)).stdout).toMatch(/^ingress +disabled/m);

  await kube("start", ...named, "--addons", "ingress,metrics,default-storageclass,dashboard");
  expect(await ingressAnswers()).toBe(true);
  await eventually("metrics are served", async () => (await kube("top", "nodes")).exitCode === 0);
  expect(await cluster.kubectl("get", "storageclasses", "-o", "name")).toContain("standard");
  // Whoever deletes the class himself does not find it again either.
  await cluster.kubectl("delete", "storageclass", "standard");
  await kube("stop", ...named);
  await kube("start", ...named);
  expect(await cluster.kubectl("get", "storageclasses", "-o", "name")).toBe("");
  expect((await kube("addons", "enable", "nothing", ...named)).stderr).toStartWith(
    'error: There is no addon "nothing"\n',
  );
}, 180_000);

test("what is pushed to the cluster's registry, pods pull from there", async () => {
  await exampleImages();
  await using cluster = await startTestCluster(["--addons", "registry"]);
  const image = `localhost:5000/e2e/app-${process.pid}:1`;
  await succeed(["docker", "tag", "kube-hello:1", image]);
  await succeed(["docker", "push", image]);
  await succeed(["docker", "rmi", image]);
  await cluster.kubectl("run", "app", `--image=${image}`, "--image-pull-policy=Always");
  await cluster.kubectl("wait", "pod/app", "--for=condition=Ready", "--timeout=60s");
  expect(
    await cluster.kubectl("exec", "app", "--", "busybox", "wget", "-qO-", "http://registry.kube-system/v2/_catalog"),
  ).toContain(`"e2e/app-${process.pid}"`);
  expect((await cluster.kube(["addons", "disable", "registry", "--name", cluster.name])).exitCode).toBe(0);
  expect(await cluster.kubectl("-n", "kube-system", "get", "services", "-o", "name")).toBe("service/kube-dns\n");
  expect((await cluster.kube(["image", "pull", image])).stderr).toContain("error: ");
  await cluster.kubectl("delete", "pod", "app", "--now");
  await succeed(["docker", "rmi", "-f", image]);
}, 120_000);
