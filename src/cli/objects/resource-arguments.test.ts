import { expect, test } from "bun:test";

import { resourceArguments } from "./resource-arguments.ts";

const categories = (name: string): readonly string[] | undefined =>
  name === "all" ? ["pods", "deployments.apps"] : undefined;

test.each([
  [["pods"], { types: ["pods"], names: [], pairs: [] }],
  [["pods,services"], { types: ["pods", "services"], names: [], pairs: [] }],
  [["pods", "a", "b"], { types: ["pods"], names: ["a", "b"], pairs: [] }],
  [["pods,pods"], { types: ["pods"], names: [], pairs: [] }],
  [["all"], { types: ["pods", "deployments.apps"], names: [], pairs: [] }],
  [["all,services"], { types: ["pods", "deployments.apps", "services"], names: [], pairs: [] }],
  [
    ["pod/a", "svc/b"],
    {
      types: [],
      names: [],
      pairs: [
        { type: "pod", name: "a" },
        { type: "svc", name: "b" },
      ],
    },
  ],
  [
    ["pods,svc", "a"],
    {
      types: [],
      names: [],
      pairs: [
        { type: "pods", name: "a" },
        { type: "svc", name: "a" },
      ],
    },
  ],
  [[], { types: [], names: [], pairs: [] }],
])("resourceArguments reads %j", (args, expected) => expect(resourceArguments(args, categories)).toEqual(expected));

test.each([
  [["pod/a", "b"], "there is no need to specify a resource type as a separate argument"],
  [["pod/a/b"], "arguments in resource/name form may not have more than one slash"],
  [["pod/"], "arguments in resource/name form must have a single resource and name"],
  [["pod,svc/a"], "arguments in resource/name form must have a single resource and name"],
])("resourceArguments refuses %j", (args, message) =>
  expect(() => resourceArguments(args, categories)).toThrow(message),
);
