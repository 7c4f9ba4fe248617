import { expect, test } from "bun:test";

import type { KubeObject } from "../api/resource-type.ts";
import { configmaps, namespaces, serviceaccounts } from "../api/resources.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { rootCaController } from "./root-ca.ts";
import { serviceAccountController } from "./service-account.ts";

const isInShop = ({ metadata }: KubeObject): boolean => metadata.namespace === "shop";

test("every namespace has its default account and the authority's certificate, also after someone removed or changed them", async () => {
  await using cluster = await startTestControllers([serviceAccountController, rootCaController("PEM")]);
  const { client } = cluster;
  await client.resource(namespaces).create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  const inShop = { namespace: "shop" };
  const first = await cluster.eventually(serviceaccounts, (accounts) => accounts.find(isInShop));
  const published = await cluster.eventually(configmaps, (all) => all.find(isInShop));
  expect(published.data).toEqual({ "ca.crt": "PEM" });

  await client.resource(serviceaccounts).delete({ name: "default", ...inShop });
  await client.resource(configmaps).update({ ...published, data: { "ca.crt": "tampered" } });
  await cluster.eventually(configmaps, (all) => all.find(isInShop)?.data?.["ca.crt"] === "PEM");
  await cluster.eventually(serviceaccounts, (accounts) => {
    const account = accounts.find(isInShop);
    return account && account.metadata.uid !== first.metadata.uid;
  });
});
