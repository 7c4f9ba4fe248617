import { expect, test } from "bun:test";
import { join } from "node:path";

import { aggregatedFacts, discoveryFacts, openApiFacts, pathFacts, tableFacts } from "../testing/served-facts.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";

/** What is different on purpose, or does not matter, and why. Each must hide some difference. */
const ACCEPTED: readonly { readonly facts: RegExp; readonly because: string }[] = [
  {
    facts: /\.v\d+(alpha|beta)\d+\.|\/v\d+(alpha|beta)\d+(\/| )/,
    because: "Versions that are off by default are described by Kubernetes too, and served by neither",
  },
  {
    facts: /\/apis\/(internal\.apiserver|storagemigration)\.k8s\.io\//,
    because: "Groups of which only versions exist that are off by default",
  },
  { facts: /^operation \w+ \/logs\//, because: "Files of the server's machine are nobody's business over the network" },
  {
    facts: /^path \/(healthz|livez|readyz)\/(poststarthook\/|autoregister-completion|loopback-serving-certificate)/,
    because: "Steps of the start of a program that is built otherwise",
  },
  { facts: /^path \/readyz\/informer-sync/, because: "Reads come from the store, so no cache has to be filled first" },
  { facts: /^path \/readyz\/etcd/, because: "A server whose store does not answer is not ready" },
  {
    facts: /^path \/openapi\/v3\/$/,
    because: "Nothing is found there: it is the beginning of the addresses of documents",
  },
  {
    facts: /\/apis\/metrics\.k8s\.io|meta\.v1\.Duration /,
    because: "What pods use is served here; the server of the reference had no metrics-server beside it",
  },
  { facts: /^path \/metrics\/slis/, because: "The same checks as /readyz, once more as numbers" },
  { facts: /^path \/(flagz|statusz)/, because: "Pages for people about the flags and state of a Kubernetes binary" },
  {
    facts:
      /^(discovery|aggregated) (admissionregistration|apiextensions)\.k8s\.io\/v1 (mutatingadm|customresourcedefinitions \{|\{"fresh)/,
    because: "Kubernetes still stores these kinds in a beta version, which the hash of the storage version tells",
  },
];

test("What is served differs from Kubernetes in nothing but what is accepted", async () => {
  await using api = await startTestApiServer({ https: true });
  const answer = async (path: string, accept = "application/json") =>
    (await (await api.fetch(path, { headers: { accept } })).json()) as never;
  const reference = (await Bun.file(join(import.meta.dir, "testdata/reference.txt")).text()).trim().split("\n");

  const ours: string[] = [];
  for (const groupVersion of wordsAfter("discovery", reference)) {
    ours.push(...discoveryFacts(await answer(pathOf(groupVersion))));
  }
  const tables = reference.filter((fact) => fact.startsWith("table ")).map((fact) => fact.split(" "));
  for (const [, groupVersion = "", resource = ""] of tables) {
    const table = await answer(`${pathOf(groupVersion)}/${resource}`, "application/json;as=Table;v=v1;g=meta.k8s.io");
    ours.push(...tableFacts(groupVersion, resource, table));
  }
  const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  ours.push(
    ...aggregatedFacts(await answer("/api", aggregated)),
    ...aggregatedFacts(await answer("/apis", aggregated)),
  );
  ours.push(...pathFacts((await answer("/"))["paths"]), ...openApiFacts(await answer("/openapi/v2")));

  const differences = [...difference(reference, ours, "-"), ...difference(ours, reference, "+")];
  const fact = (line: string): string => line.slice(2);
  expect(differences.filter((line) => !ACCEPTED.some(({ facts }) => facts.test(fact(line))))).toEqual([]);
  const idle = ACCEPTED.filter(({ facts }) => !differences.some((line) => facts.test(fact(line))));
  expect(idle).toEqual([]);
});

const pathOf = (groupVersion: string): string =>
  groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;

const wordsAfter = (word: string, facts: readonly string[]): Set<string> =>
  new Set(facts.filter((fact) => fact.startsWith(`${word} `)).map((fact) => fact.split(" ")[1] ?? ""));

function difference(some: readonly string[], others: readonly string[], mark: string): string[] {
  const known = new Set(others);
  return some.filter((fact) => !known.has(fact)).map((fact) => `${mark} ${fact}`);
}
