import { expect, test } from "bun:test";

import type { Service, ServiceSpec, ServiceStatus } from "../../api/types/core-v1.ts";
import { serviceAddresses } from "./service-urls.ts";

const service = (spec: ServiceSpec, status: ServiceStatus = {}, annotations: Record<string, string> = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop", annotations },
  spec: { clusterIP: "10.96.0.20", ...spec },
  status,
});
const local = { httpPort: 8080, isLocal: true, nodeIp: "10.244.0.1" };
const urls = (of: Service, options = local) =>
  serviceAddresses(of, options).map(({ target, url }) => `${target} ${url}`);

test("a load balancer's address comes first, with the ports that stand for its own", () => {
  const status = { loadBalancer: { ingress: [{ ip: "127.20.1.2" }] } };
  const ports = [
    { name: "http", port: 80, nodePort: 30080 },
    { name: "https", port: 443 },
    { name: "dns", port: 53, protocol: "UDP" },
  ];
  expect(urls(service({ type: "LoadBalancer", ports }, status))).toEqual([
    "http/80 http://127.20.1.2",
    "https/443 https://127.20.1.2",
    "dns/53 udp://127.20.1.2:53",
  ]);
  const moved = service(
    { ports },
    { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } },
    { "kube.local/localhost-ports": "80=8090" },
  );
  expect(urls(moved)[0]).toBe("http/80 http://127.0.0.1:8090");
});

test("then node ports, then the name through the ingress, then the cluster's address", () => {
  expect(urls(service({ type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] }))).toEqual([
    "80 http://localhost:30080",
  ]);
  expect(urls(service({ ports: [{ port: 81 }, { name: "http", port: 8080 }] }))).toEqual([
    "81 http://10.96.0.20:81",
    "http/8080 http://web.shop.localhost:8080",
  ]);
  expect(urls(service({ ports: [{ port: 80 }] }), { ...local, httpPort: 0 })).toEqual(["80 http://10.96.0.20"]);
});

test("a headless Service and clusters elsewhere have no address here", () => {
  expect(urls(service({ clusterIP: "None", ports: [{ port: 5432 }] }), { ...local, httpPort: 0 })).toEqual([
    "5432 undefined",
  ]);
  expect(urls(service({ ports: [{ port: 80 }] }), { ...local, isLocal: false })).toEqual(["80 undefined"]);
});
