import { expect, test } from "bun:test";

import type { Discovery } from "./discovery.ts";
import { createResourceMapper } from "./resource-mapper.ts";
import { groupResource, type ResourceMapping } from "./resource-mapping.ts";

function mapping(
  group: string,
  version: string,
  resource: string,
  rest: Partial<ResourceMapping> = {},
): ResourceMapping {
  const singular = resource.replace(/s$/, "");
  const kind = `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
  return {
    group,
    version,
    resource,
    singular,
    kind,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ["list"],
    subresources: [],
    ...rest,
  };
}

const discovery: Discovery = {
  groups: [
    {
      name: "",
      versions: [
        {
          version: "v1",
          isStale: false,
          resources: [
            mapping("", "v1", "pods", { shortNames: ["po"], categories: ["all"] }),
            mapping("", "v1", "events", { shortNames: ["ev"] }),
          ],
        },
      ],
    },
    {
      name: "apps",
      versions: [
        {
          version: "v1",
          isStale: false,
          resources: [mapping("apps", "v1", "deployments", { shortNames: ["deploy"], categories: ["all"] })],
        },
      ],
    },
    {
      name: "autoscaling",
      versions: [
        { version: "v2", isStale: false, resources: [mapping("autoscaling", "v2", "scalers", { shortNames: ["sc"] })] },
        { version: "v1", isStale: false, resources: [mapping("autoscaling", "v1", "scalers", { shortNames: ["sc"] })] },
      ],
    },
    {
      name: "events.k8s.io",
      versions: [
        {
          version: "v1",
          isStale: false,
          resources: [mapping("events.k8s.io", "v1", "events", { shortNames: ["ev"] })],
        },
      ],
    },
  ],
};

const warnings: string[] = [];
const mapper = createResourceMapper(discovery, (text) => warnings.push(text));

test.each([
  ["pods", "v1 pods"],
  ["pod", "v1 pods"],
  ["po", "v1 pods"],
  ["Pod", "v1 pods"],
  ["PODS", "v1 pods"],
  ["pods.v1.", "v1 pods"],
  ["deploy", "v1 deployments.apps"],
  ["deployments.apps", "v1 deployments.apps"],
  ["deployments.v1.apps", "v1 deployments.apps"],
  ["deploy.apps", "v1 deployments.apps"],
  ["Deployment.v1.apps", "v1 deployments.apps"],
  ["deployments.app", "v1 deployments.apps"],
  ["events", "v1 events"],
  ["events.events.k8s.io", "v1 events.events.k8s.io"],
  ["scalers", "v2 scalers.autoscaling"],
  ["scalers.v1.autoscaling", "v1 scalers.autoscaling"],
])("resourceFor finds %s", (argument, found) => {
  const { version, ...rest } = mapper.resourceFor(argument);
  expect(`${version} ${groupResource(rest)}`).toBe(found);
});

test.each([
  ["foo", 'the server doesn\'t have a resource type "foo"'],
  ["PO", 'the server doesn\'t have a resource type "PO"'],
  ["pods.v2.", 'the server doesn\'t have a resource type "pods"'],
  ["", 'the server doesn\'t have a resource type ""'],
])("resourceFor refuses %j", (argument, message) => expect(() => mapper.resourceFor(argument)).toThrow(message));

test("resourceFor warns of a short name that others have too", () => {
  warnings.length = 0;
  expect(groupResource(mapper.resourceFor("ev"))).toBe("events");
  expect(warnings).toEqual(['short name "ev" could also match lower priority resource events.events.k8s.io']);
});

test("kindFor wants the very version of a manifest", () => {
  expect(mapper.kindFor("autoscaling/v1", "Scaler")?.version).toBe("v1");
  expect(mapper.kindFor("autoscaling/v3", "Scaler")).toBeUndefined();
  expect(mapper.kindFor("v1", "pod")).toBeUndefined();
});

test("category names its resources in the order of the groups", () => {
  expect(mapper.category("all")).toEqual(["pods", "deployments.apps"]);
  expect(mapper.category("pods")).toBeUndefined();
});
