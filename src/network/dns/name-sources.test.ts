import { expect, test } from "bun:test";

import * as packet from "dns-packet";

import type { DnsView } from "./cluster-records.ts";
import { followAliases, localAnswer, type NameSources } from "./name-sources.ts";

/** Each Service of `aliases` is another name; there are no others. */
const view = (aliases: Readonly<Record<string, string>>): DnsView => ({
  clusterDomain: "cluster.local",
  hasNamespace: () => true,
  service: (namespace, name) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec:
      aliases[name] === undefined
        ? { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] }
        : { type: "ExternalName", externalName: aliases[name] },
  }),
  slices: () => [],
  serviceByIp: () => undefined,
  slicesByIp: () => [],
});

const names = (aliases: Readonly<Record<string, string>>): NameSources => ({
  view: view(aliases),
  hosts: () => undefined,
  resolvers: () => [],
  upstream: {
    ask: async (query) => {
      const { id, questions } = packet.decode(query);
      const name = questions?.[0]?.name ?? "";
      return await Promise.resolve(
        packet.encode({ type: "response", id, questions, answers: [{ type: "A", name, data: "192.0.2.1", ttl: 30 }] }),
      );
    },
  },
});

async function followed(aliases: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const question = { name: "docs.default.svc.cluster.local", type: "A" };
  const sources = names(aliases);
  const answer = localAnswer(question, sources);
  if (answer.outcome !== "found") return [answer.outcome];
  const { answers } = await followAliases(answer, question, sources);
  return answers.map((each) => (each.type === "SRV" ? "SRV" : `${each.name.split(".")[0]} ${each.type} ${each.value}`));
}

test("an alias is followed to the addresses of other resolvers", async () => {
  expect(await followed({ docs: "docs.example.com" })).toEqual(["docs CNAME docs.example.com", "docs A 192.0.2.1"]);
});

test("an alias of an alias in the cluster is followed to the end, and a circle is left", async () => {
  const inCluster = "web.default.svc.cluster.local";
  expect(await followed({ docs: inCluster })).toEqual([`docs CNAME ${inCluster}`, "web A 10.96.0.9"]);
  const circle = await followed({ docs: "docs.default.svc.cluster.local" });
  expect(circle.every((each) => each === "docs CNAME docs.default.svc.cluster.local")).toBe(true);
  expect(circle.length).toBeLessThan(12);
});
