import { expect, test } from "bun:test";

import { dnsConfigOf, stubResolvers } from "./dns-config.ts";

const read = (data: Readonly<Record<string, string>>) =>
  dnsConfigOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-dns" }, data: { ...data } });

test("dnsConfigOf reads resolvers, domains and hosts", () => {
  const { config, problems } = read({
    upstreamNameservers: '["192.0.2.1", "192.0.2.2:5353"]',
    stubDomains: '{"corp.example": ["192.0.2.3"], "Deep.corp.example.": ["192.0.2.4"]}',
    hosts: "192.0.2.5 db.corp db # the database\n\n192.0.2.6 db\n",
  });
  expect(problems).toEqual([]);
  expect(config.upstreams).toEqual([
    { ip: "192.0.2.1", port: 53 },
    { ip: "192.0.2.2", port: 5353 },
  ]);
  expect([...config.hosts]).toEqual([
    ["db.corp", ["192.0.2.5"]],
    ["db", ["192.0.2.5", "192.0.2.6"]],
  ]);
  expect(stubResolvers(config, "a.corp.example")?.[0]?.ip).toBe("192.0.2.3");
  expect(stubResolvers(config, "a.deep.corp.example")?.[0]?.ip).toBe("192.0.2.4");
  expect(stubResolvers(config, "notcorp.example")).toBeUndefined();
});

test("dnsConfigOf says what it cannot read, and keeps the rest", () => {
  const { config, problems } = read({
    upstreamNameservers: "8.8.8.8",
    stubDomains: '{"corp.example": ["nonsense", "192.0.2.3"]}',
    hosts: "somewhere\n192.0.2.5 db",
  });
  expect(problems).toHaveLength(3);
  expect(config.upstreams).toEqual([]);
  expect(config.stubDomains.get("corp.example")).toHaveLength(1);
  expect(config.hosts.get("db")).toEqual(["192.0.2.5"]);
  expect(dnsConfigOf(undefined).problems).toEqual([]);
});
