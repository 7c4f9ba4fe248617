import { expect, test } from "bun:test";

import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { clusterAnswer, type DnsView } from "./cluster-records.ts";

const service = (name: string, spec: Service["spec"]): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec,
});
const web = service("web", {
  clusterIP: "10.96.0.20",
  clusterIPs: ["10.96.0.20"],
  ports: [{ name: "http", port: 80, protocol: "TCP" }],
});
const db = service("db", { clusterIP: "None", clusterIPs: ["None"], ports: [{ name: "sql", port: 5432 }] });
const docs = service("docs", { type: "ExternalName", externalName: "docs.example.com" });
const empty = service("empty", { clusterIP: "None", clusterIPs: ["None"] });
const dbSlice: EndpointSlice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "db-1", namespace: "shop", labels: { "kubernetes.io/service-name": "db" } },
  addressType: "IPv4",
  ports: [{ name: "sql", port: 5432, protocol: "TCP" }],
  endpoints: [
    { addresses: ["10.244.0.5"], hostname: "db-0", conditions: { ready: true } },
    { addresses: ["10.244.0.6"], conditions: { ready: true } },
    { addresses: ["10.244.0.7"], hostname: "db-2", conditions: { ready: false } },
  ],
};

const view: DnsView = {
  clusterDomain: "cluster.local",
  hasNamespace: (namespace) => namespace === "shop",
  service: (namespace, name) =>
    namespace === "shop" ? [web, db, docs, empty].find((each) => each.metadata.name === name) : undefined,
  slices: (_, name) => (name === "db" ? [dbSlice] : []),
  serviceByIp: (ip) => (ip === "10.96.0.20" ? web : undefined),
  slicesByIp: (ip) => (ip === "10.244.0.5" ? [dbSlice] : []),
};

/** The answer as a resolver would print it. */
function ask(name: string, type = "A"): string | readonly string[] {
  const answer = clusterAnswer({ name, type }, view);
  if (answer.outcome !== "found") return answer.outcome;
  return answer.answers.map((record) =>
    record.type === "SRV" ? `SRV ${record.port} ${record.target}` : `${record.type} ${record.value}`,
  );
}

test("clusterAnswer gives a service's own address", () => {
  expect(ask("web.shop.svc.cluster.local")).toEqual(["A 10.96.0.20"]);
  expect(ask("web.shop.svc.cluster.local", "AAAA")).toBe("no-data");
  expect(ask("_http._tcp.web.shop.svc.cluster.local", "SRV")).toEqual(["SRV 80 web.shop.svc.cluster.local"]);
});

test("clusterAnswer gives the ready pods of a headless service, each by its name or address", () => {
  expect(ask("db.shop.svc.cluster.local")).toEqual(["A 10.244.0.5", "A 10.244.0.6"]);
  expect(ask("db-0.db.shop.svc.cluster.local")).toEqual(["A 10.244.0.5"]);
  expect(ask("10-244-0-6.db.shop.svc.cluster.local")).toEqual(["A 10.244.0.6"]);
  expect(ask("db-2.db.shop.svc.cluster.local")).toBe("no-such-name");
  expect(ask("_sql._tcp.db.shop.svc.cluster.local", "SRV")).toEqual([
    "SRV 5432 db-0.db.shop.svc.cluster.local",
    "SRV 5432 10-244-0-6.db.shop.svc.cluster.local",
  ]);
});

test("clusterAnswer points an external service to its name", () => {
  expect(ask("docs.shop.svc.cluster.local")).toEqual(["CNAME docs.example.com"]);
});

test("clusterAnswer tells names that do not exist from those that have no such record", () => {
  expect(ask("nothing.shop.svc.cluster.local")).toBe("no-such-name");
  expect(ask("empty.shop.svc.cluster.local")).toBe("no-such-name");
  expect(ask("shop.svc.cluster.local")).toBe("no-data");
  expect(ask("else.svc.cluster.local")).toBe("no-such-name");
  expect(ask("cluster.local")).toBe("no-data");
  expect(ask("_http._udp.web.shop.svc.cluster.local", "SRV")).toBe("no-such-name");
});

test("clusterAnswer leaves other names to others", () => {
  expect(ask("example.com")).toBe("elsewhere");
  expect(ask("notcluster.local")).toBe("elsewhere");
  expect(ask("1.2.0.192.in-addr.arpa", "PTR")).toBe("elsewhere");
});

test("clusterAnswer names addresses of services and of pods behind headless ones", () => {
  expect(ask("20.0.96.10.in-addr.arpa", "PTR")).toEqual(["PTR web.shop.svc.cluster.local"]);
  expect(ask("5.0.244.10.in-addr.arpa", "PTR")).toEqual(["PTR db-0.db.shop.svc.cluster.local"]);
});

test("clusterAnswer says a pod's dashed address back", () => {
  expect(ask("10-244-0-5.shop.pod.cluster.local")).toEqual(["A 10.244.0.5"]);
  expect(ask("10-244-0-5.else.pod.cluster.local")).toBe("no-such-name");
  expect(ask("10-244-0-999.shop.pod.cluster.local")).toBe("no-such-name");
});
