import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { gatewayDefinitions } from "./support/gateway-definitions.ts";
import { exampleImages } from "./support/images.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

const LONG_MS = 120_000;
let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, LONG_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, LONG_MS);

const apply = async (...items: readonly object[]): Promise<void> => {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  expect((await cluster.tryKubectl(["apply", "-f", "-"], { input })).stderr).toBe("");
};

test(
  "a Gateway serves its routes once Gateway API is there: by host, path and weight, with grants, and its status tells",
  async () => {
    await apply(...gatewayDefinitions);
    await cluster.kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=30s");
    await cluster.kubectl("apply", "-f", join(examples, "gateway"));
    await cluster.kubectl("wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s");
    await cluster.kubectl("wait", "gatewayclass/kube", "--for=condition=Accepted", "--timeout=30s");
    await cluster.kubectl("wait", "gateway/edge", "--for=condition=Programmed", "--timeout=30s");
    const address = await cluster.kubectl("get", "gateway", "edge", "-o", "jsonpath={.status.addresses[0].value}");
    const ask = async (path: string, host = "hello.example.com"): Promise<Response> =>
      await fetch(`http://${address}:8000${path}`, { headers: { host }, keepalive: false, redirect: "manual" });
    const second = await eventually("the second version has a path", async () => {
      const response = await ask("/second");
      return response.ok ? response : undefined;
    });
    expect(await second.text()).toStartWith("hello from version 2");
    expect(second.headers.get("x-version")).toBe("2");
    const answers = await Promise.all(Array.from({ length: 60 }, async () => await (await ask("/")).text()));
    const ofFirst = answers.filter((text) => text.startsWith("hello from version 1")).length;
    // Three of four; what is outside of these comes once in a billion runs.
    expect(ofFirst).toBeGreaterThan(20);
    expect(ofFirst).toBeLessThan(60);
    expect((await ask("/", "elsewhere.example.com")).status).toBe(404);

    await cluster.kubectl("create", "namespace", "shop");
    const parent = { name: "edge", namespace: "default" };
    const route = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "far", namespace: "default" },
      spec: {
        parentRefs: [parent],
        hostnames: ["far.example.com"],
        rules: [{ backendRefs: [{ name: "far", namespace: "shop", port: 80 }] }],
      },
    };
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "far", namespace: "shop" },
      spec: { type: "ExternalName", externalName: "localhost", ports: [{ port: 80 }] },
    };
    await apply(service, route);
    const condition = async (type: string): Promise<string> =>
      await cluster.kubectl(
        "get",
        "httproute",
        "far",
        "-o",
        `jsonpath={.status.parents[0].conditions[?(@.type=="${type}")].reason}`,
      );
    await eventually("it is not granted", async () => (await condition("ResolvedRefs")) === "RefNotPermitted");
    expect((await ask("/", "far.example.com")).status).toBe(500);
    await apply({
      apiVersion: "gateway.networking.k8s.io/v1beta1",
      kind: "ReferenceGrant",
      metadata: { name: "routes", namespace: "shop" },
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "default" }],
        to: [{ group: "", kind: "Service" }],
      },
    });
    await eventually("it is granted", async () => (await condition("ResolvedRefs")) === "ResolvedRefs");
    expect(await condition("Accepted")).toBe("Accepted");
    await apply({ ...route, metadata: { name: "foreign", namespace: "shop" } });
    await eventually("routes of other namespaces are not let in", async () => {
      const path = 'jsonpath={.status.parents[0].conditions[?(@.type=="Accepted")].reason}';
      return (
        (await cluster.kubectl("get", "httproute", "foreign", "-n", "shop", "-o", path)) === "NotAllowedByListeners"
      );
    });

    await cluster.kubectl("delete", "crd", "httproutes.gateway.networking.k8s.io");
    await eventually(
      "nothing listens any more",
      async () =>
        await ask("/").then(
          () => false,
          (error: Error & { code?: string }) => error.code === "ECONNREFUSED",
        ),
    );
  },
  LONG_MS,
);
