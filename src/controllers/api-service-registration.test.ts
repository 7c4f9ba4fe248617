import { expect, test } from "bun:test";

import { apiservices, configmaps, customresourcedefinitions } from "../api/resources.ts";
import type { CustomResourceDefinition } from "../api/types/apiextensions-v1.ts";
import { createNamespace } from "../testing/test-api-server.ts";
import { testCertificate } from "../testing/test-certificate.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { apiServiceRegistrationController } from "./api-service-registration.ts";
import { clusterAuthenticationTrustController } from "./cluster-authentication-trust.ts";

const definition: CustomResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [
      { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
      { name: "v1alpha1", served: false, storage: false, schema: { openAPIV3Schema: { type: "object" } } },
    ],
  },
};

test("what definitions serve is registered for as long as they do", async () => {
  await using controllers = await startTestControllers([apiServiceRegistrationController]);
  const { client } = controllers;
  await client.resource(customresourcedefinitions).create(definition);
  const registered = await controllers.eventually(apiservices, (all) => all[0] && all);
  expect(registered).toMatchObject([
    {
      metadata: { name: "v1.example.com", labels: { "kube-aggregator.kubernetes.io/automanaged": "true" } },
      spec: { group: "example.com", version: "v1", groupPriorityMinimum: 1000, versionPriority: 100 },
      status: { conditions: [{ type: "Available", status: "True", reason: "Local" }] },
    },
  ]);
  await client.resource(apiservices).delete({ name: "v1.example.com" });
  await controllers.eventually(apiservices, ([only]) => only && only.metadata.uid !== registered[0]?.metadata.uid);
  await client.resource(customresourcedefinitions).delete({ name: "widgets.example.com" });
  await controllers.eventually(apiservices, (all) => all.length === 0);
});

test("extension servers are told whom to believe; what others added stays, unless it has expired", async () => {
  const certificateOf = async (name: string): Promise<string> => (await testCertificate(name)).certificate;
  const [clientCa, frontCa, others] = await Promise.all([certificateOf("a"), certificateOf("b"), certificateOf("c")]);
  await using controllers = await startTestControllers([
    clusterAuthenticationTrustController({
      clientCaPem: clientCa,
      frontProxy: { caPem: frontCa, allowedNames: ["front-proxy-client"] },
    }),
  ]);
  const { client } = controllers;
  await createNamespace(client, "kube-system");
  const resource = client.resource(configmaps);
  const name = "extension-apiserver-authentication";
  const present = async (isIt: (data: Readonly<Record<string, string>>) => boolean) =>
    await controllers.eventually(configmaps, (all) => {
      const found = all.find(({ metadata }) => metadata.name === name);
      return found && isIt(found.data ?? {}) && found;
    });
  const first = await present(() => true);
  expect(first.data).toEqual({
    "client-ca-file": clientCa,
    "requestheader-allowed-names": '["front-proxy-client"]',
    "requestheader-client-ca-file": frontCa,
    "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
    "requestheader-group-headers": '["X-Remote-Group"]',
    "requestheader-uid-headers": '["X-Remote-Uid"]',
    "requestheader-username-headers": '["X-Remote-User"]',
  });
  const changed = { "client-ca-file": others, "requestheader-group-headers": '["X-Group"]' };
  await resource.update({ ...first, data: changed });
  const isCompleted = (data: Readonly<Record<string, string>>): boolean =>
    data["requestheader-group-headers"] === '["X-Group","X-Remote-Group"]';
  const second = await present(isCompleted);
  expect(second.data?.["client-ca-file"]).toBe(`${others}${clientCa}`);
});
