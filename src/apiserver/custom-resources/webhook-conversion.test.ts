import { expect, test } from "bun:test";

import type { CustomResourceDefinition } from "../../api/types/apiextensions-v1.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { conversionOf, type PostToWebhook } from "./webhook-conversion.ts";

const definition: CustomResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [],
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig: { url: "https://localhost/" }, conversionReviewVersions: ["v1"] },
    },
  },
};

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: JsonObject[] };
}

const widget = {
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "a", uid: "1", resourceVersion: "7", labels: { a: "b" } },
  spec: { host: "h" },
};

/** A webhook that answers what `change` makes of the objects. */
const webhook =
  (change: (object: JsonObject) => JsonObject, result: JsonObject = { status: "Success" }): PostToWebhook =>
  (_address, body) => {
    const { apiVersion, kind, request } = body as Review;
    const objects = request.objects.map((object) => change({ ...object, apiVersion: request.desiredAPIVersion }));
    return Promise.resolve({ apiVersion, kind, response: { uid: request.uid, result, convertedObjects: objects } });
  };

async function convert(post: PostToWebhook): Promise<unknown> {
  const conversion = conversionOf(definition, post);
  if (conversion.strategy !== "webhook") throw new Error("A webhook was expected");
  return conversion.convert([widget], "example.com/v2").catch((error: Error) => error.message);
}

test("a conversion webhook changes what an object says, of its metadata labels and annotations only", async () => {
  const changed = await convert(
    webhook((object) => ({
      ...object,
      spec: { address: "h" },
      metadata: { name: "a", uid: "1", resourceVersion: "99", labels: { a: "c" }, annotations: { x: "y" } },
    })),
  );
  expect(changed).toEqual([
    {
      apiVersion: "example.com/v2",
      kind: "Widget",
      metadata: { name: "a", uid: "1", resourceVersion: "7", labels: { a: "c" }, annotations: { x: "y" } },
      spec: { address: "h" },
    },
  ]);
});

test.each<[string, PostToWebhook, string]>([
  ["says why not", webhook((object) => object, { status: "Failure", message: "no host" }), "failed: no host"],
  [
    "makes another object of it",
    webhook((object) => ({ ...object, metadata: { name: "b", uid: "1" } })),
    "returned invalid converted object at index 0: must have the same name: a != b",
  ],
  [
    "answers something else",
    () => Promise.resolve({}),
    "failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got <nil>, Kind=<nil>",
  ],
])("a conversion webhook that %s is told of", async (_, post, detail) => {
  expect(await convert(post)).toBe(
    `Internal error occurred: conversion webhook for example.com/v1, Kind=Widget ${detail}`,
  );
});
