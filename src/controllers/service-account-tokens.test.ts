import { expect, test } from "bun:test";

import { secrets, serviceaccounts } from "../api/resources.ts";
import type { Secret } from "../api/types/core-v1.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { createNamespace } from "../testing/test-api-server.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { serviceAccountTokensController } from "./service-account-tokens.ts";
import { tokenCleaner } from "./token-cleaner.ts";

const text = (value: string | undefined): string => Buffer.from(value ?? "", "base64").toString();

test("A Secret for a token is filled, and goes with its account", async () => {
  const sign = (claims: object): string => JSON.stringify(claims);
  await using controllers = await startTestControllers([serviceAccountTokensController("CA", sign)]);
  const { client } = controllers;
  const account = await client.resource(serviceaccounts).get({ name: "default", namespace: "default" });
  await client.resource(secrets).create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "robot", namespace: "default", annotations: { "kubernetes.io/service-account.name": "default" } },
    type: "kubernetes.io/service-account-token",
    data: { extra: "eA==" },
  });
  const filled = await controllers.eventually(secrets, (all) => all.find(({ data }) => data?.["token"]));
  expect(filled.metadata.annotations?.["kubernetes.io/service-account.uid"]).toBe(account.metadata.uid ?? "");
  expect([text(filled.data?.["ca.crt"]), text(filled.data?.["namespace"]), text(filled.data?.["extra"])]).toEqual([
    "CA",
    "default",
    "x",
  ]);
  expect(JSON.parse(text(filled.data?.["token"]))).toMatchObject({
    iss: "kubernetes/serviceaccount",
    "kubernetes.io/serviceaccount/secret.name": "robot",
    "kubernetes.io/serviceaccount/service-account.uid": account.metadata.uid,
    sub: "system:serviceaccount:default:default",
  });
  await client.resource(serviceaccounts).delete({ name: "default", namespace: "default" });
  await controllers.eventually(secrets, (all) => all.length === 0);
});

test("A bootstrap token goes when its time is over", async () => {
  const clock = new FakeClock();
  await using controllers = await startTestControllers([tokenCleaner], { clock });
  const { client } = controllers;
  await createNamespace(client, "kube-system");
  const token = (name: string, expiration: string): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    data: { expiration: Buffer.from(expiration).toString("base64") },
  });
  await client.resource(secrets).create(token("late", new Date(clock.now() + 60_000).toISOString()));
  await client.resource(secrets).create(token("early", new Date(clock.now() - 60_000).toISOString()));
  await controllers.eventually(secrets, (all) => all.length === 1 && all[0]?.metadata.name === "late");
  clock.advance(60_000);
  await controllers.eventually(secrets, (all) => all.length === 0);
});
