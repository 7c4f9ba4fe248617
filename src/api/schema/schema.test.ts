import { expect, test } from "bun:test";

import type { Field, ValueType } from "./schema.ts";
import { definition, definitionNames, findDefinition, shortName } from "./schema.ts";

test("every definition can be read and refers only to definitions that exist", () => {
  const names = definitionNames();
  expect(names.length).toBeGreaterThan(600);
  const dangling: string[] = [];
  const check = (where: string, value: ValueType): void => {
    if (value.ref !== undefined && !findDefinition(value.ref)) dangling.push(`${where} -> ${value.ref}`);
    if (value.items) check(where, value.items);
    if (value.values) check(where, value.values);
  };
  for (const name of names) {
    for (const [key, field] of Object.entries(definition(name).properties ?? {})) check(`${name}.${key}`, field);
  }
  expect(dangling).toEqual([]);
});

const field = (name: string, key: string): Field | undefined => definition(name).properties?.[key];

test("a definition has types, defaults, merge keys and wire numbers", () => {
  expect(field("io.k8s.api.core.v1.ServicePort", "protocol")).toMatchObject({ default: "TCP", goType: "v1.Protocol" });
  expect(field("io.k8s.api.core.v1.Container", "ports")).toMatchObject({
    listMapKeys: ["containerPort", "protocol"],
    patchMergeKey: "containerPort",
  });
  expect(field("io.k8s.api.core.v1.Volume", "hostPath")?.wire).toEqual([2, 1]);
  expect(field("io.k8s.api.apps.v1.DeploymentSpec", "replicas")).toMatchObject({ pointer: true, format: "int32" });
});

test("an unknown name is undefined, or an error for who insists", () => {
  expect(findDefinition("io.k8s.api.core.v1.Nothing")).toBeUndefined();
  expect(() => definition("io.k8s.api.core.v1.Nothing")).toThrow('No definition named "io.k8s.api.core.v1.Nothing"');
});

test("shortName is the last part", () => {
  expect(shortName("io.k8s.api.core.v1.Pod")).toBe("Pod");
});
