import { expect, test } from "bun:test";

import type { Pod, PodSpec } from "../../api/types/core-v1.ts";
import { kernelHostname, podHostname } from "./pod-hostname.ts";
import { hostNetworkHostsFile, podHostsFile } from "./pod-hosts-file.ts";
import { parseResolvConf, podResolvConf, resolvConfText } from "./resolv-conf.ts";

const aPod = (spec: Partial<PodSpec>, name = "web-0"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { containers: [], ...spec },
});

const HOST = parseResolvConf(
  "# comment\nnameserver 192.0.2.53\nsearch old.example\nsearch corp.example. .\noptions timeout:2\n",
);
const CLUSTER = { servers: ["10.96.0.10"], domain: "cluster.local" };

const resolvConf = (spec: Partial<PodSpec>): string => resolvConfText(podResolvConf(aPod(spec), HOST, CLUSTER));

test("podResolvConf asks the cluster's DNS first, and looks in the pod's namespace first", () => {
  expect(resolvConf({})).toBe(
    "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n",
  );
});

test("podResolvConf gives the host's answers to pods on its network, unless they ask for the cluster's", () => {
  const host = "search corp.example\nnameserver 192.0.2.53\noptions timeout:2\n";
  expect(resolvConf({ hostNetwork: true })).toBe(host);
  expect(resolvConf({ dnsPolicy: "Default" })).toBe(host);
  expect(resolvConf({ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" })).toContain("nameserver 10.96.0.10");
});

test("podResolvConf adds dnsConfig, and takes nothing else with policy None", () => {
  const dnsConfig = {
    nameservers: ["192.0.2.1"],
    searches: ["a.example"],
    options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
  };
  expect(resolvConf({ dnsPolicy: "None", dnsConfig })).toBe(
    "search a.example\nnameserver 192.0.2.1\noptions ndots:2 edns0\n",
  );
  expect(resolvConf({ dnsConfig })).toEndWith("nameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2 edns0\n");
});

test("podResolvConf keeps to three servers", () => {
  const dnsConfig = { nameservers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"] };
  expect(podResolvConf(aPod({ dnsConfig }), HOST, CLUSTER).servers).toEqual(["10.96.0.10", "192.0.2.1", "192.0.2.2"]);
});

test("podHostname is the pod's name, or what it says, cut to what fits", () => {
  expect(podHostname(aPod({}), "cluster.local")).toEqual({ hostname: "web-0", domain: "" });
  expect(podHostname(aPod({ hostname: "db", subdomain: "pg" }), "cluster.local")).toEqual({
    hostname: "db",
    domain: "pg.shop.svc.cluster.local",
  });
  expect(podHostname(aPod({}, `${"a".repeat(62)}-b`), "cluster.local").hostname).toBe("a".repeat(62));
});

test("kernelHostname is the full name of a pod that asks for it, if the kernel can have it", () => {
  const full = { hostname: "db", subdomain: "pg", setHostnameAsFQDN: true };
  expect(kernelHostname(aPod(full), "cluster.local")).toBe("db.pg.shop.svc.cluster.local");
  expect(kernelHostname(aPod({ ...full, setHostnameAsFQDN: false }), "cluster.local")).toBe("db");
  expect(kernelHostname(aPod({ hostname: "db", setHostnameAsFQDN: true }), "cluster.local")).toBe("db");
  const long = "a".repeat(40);
  expect(() => kernelHostname(aPod({ ...full, hostname: long }), "cluster.local")).toThrow(
    `FQDN ${long}.pg.shop.svc.cluster.local is too long (64 characters is the max, 66 characters requested)`,
  );
});

test("podHostsFile names the pod, with its domain, and its aliases", () => {
  const aliases = [{ ip: "192.0.2.9", hostnames: ["a", "b"] }];
  const text = podHostsFile({ ip: "10.244.0.5", hostname: "db", domain: "pg.shop.svc.cluster.local", aliases });
  expect(text).toStartWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n");
  expect(text).toEndWith(
    "10.244.0.5\tdb.pg.shop.svc.cluster.local\tdb\n\n# Entries added by HostAliases.\n192.0.2.9\ta\tb\n",
  );
  expect(hostNetworkHostsFile("127.0.0.1 localhost\n", [])).toBe(
    "# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n",
  );
});
