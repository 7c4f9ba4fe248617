import { expect, test } from "bun:test";

import { definition, definitionNames, shortName } from "../schema/schema.ts";
import texts from "./descriptions.json";
import { description } from "./descriptions.ts";

test("every text is about a type and a field that exist", () => {
  const fieldsByType = new Map<string, Set<string>>();
  for (const name of definitionNames()) {
    const fields = fieldsByType.get(shortName(name)) ?? new Set([""]);
    for (const field of Object.keys(definition(name).properties ?? {})) fields.add(field);
    fieldsByType.set(shortName(name), fields);
  }
  // The texts of containers are those of debugging containers, too, which have a field more.
  fieldsByType.get("Container")?.add("targetContainerName");
  const astray = Object.entries(texts).flatMap(([type, fields]) =>
    Object.keys(fields)
      .filter((field) => !fieldsByType.get(type)?.has(field))
      .map((field) => `${type}.${field}`),
  );
  expect(astray).toEqual([]);
});

test("texts are sentences without line breaks", () => {
  const odd = Object.values(texts)
    .flatMap((fields) => Object.values<string>(fields))
    .filter((text) => !/^[^\n]+(?:\.|\.\.\.)$/.test(text));
  expect(odd).toEqual([]);
});

test("kinds have texts for what every kind has; conditions and references have not", () => {
  expect(description("io.k8s.api.resource.v1.ResourceSlice", "spec")).toBe("What is wanted.");
  expect(description("io.k8s.api.core.v1.ObjectReference", "kind")).toBeUndefined();
  expect(description("io.k8s.api.core.v1.PodCondition", "status")).toBeUndefined();
  expect(description("io.k8s.api.core.v1.EphemeralContainer", "image")).toBe("The image to run.");
});
