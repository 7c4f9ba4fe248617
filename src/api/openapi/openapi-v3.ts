import { createHash } from "node:crypto";

import type { JsonObject } from "../../lib/json/json-value.ts";
import type { Kind } from "../kind.ts";
import type { ApiOperation } from "./api-operation.ts";
import type { ApiPath } from "./api-paths.ts";
import { CUSTOM_REFERENCES } from "./custom-definitions.ts";
import { apiDocuments, documentName } from "./documents.ts";
import type { SchemaDialect } from "./json-schema.ts";
import { definitionSchema, reachableDefinitions } from "./json-schema.ts";
import { parameterType } from "./parameters.ts";

/** OpenAPI v3: an index of documents, one for each group version. */
export interface OpenApiV3 {
  /** The body of `/openapi/v3`. */
  readonly index: JsonObject;
  /** What makes the body of `/openapi/v3/NAME`, and its hash as in the index; undefined when there is no such document. */
  readonly document: (name: string) => { readonly hash: string; readonly body: () => JsonObject } | undefined;
}

/** `version` is that of the API, `build` that of the program: documents of equal paths, versions and builds are equal. */
export function openApiV3(kinds: readonly Kind[], version: string, build: string): OpenApiV3 {
  const documents = apiDocuments(kinds);
  const custom = customSchemas(kinds);
  const hashes = new Map(
    [...documents].map(([name, paths]) => [name, hashOf([name, version, build], paths, custom.get(name))]),
  );
  const index: JsonObject = {};
  for (const [name, hash] of hashes) index[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` };
  return {
    index: { paths: index },
    document(name) {
      const paths = documents.get(name);
      const hash = hashes.get(name);
      return paths && hash !== undefined
        ? { hash, body: () => document(paths, version, custom.get(name) ?? {}) }
        : undefined;
    },
  };
}

/** What custom kinds publish, by the name of the document. */
function customSchemas(kinds: readonly Kind[]): Map<string, JsonObject> {
  const schemas = new Map<string, JsonObject>();
  for (const { type, published } of kinds) {
    if (!published) continue;
    const name = documentName(type);
    schemas.set(name, { ...schemas.get(name), ...published("v3") });
  }
  return schemas;
}

/** Built-in types and texts follow from the build, so it is enough to look at the paths: no document has to be made for it. */
function hashOf(origin: readonly string[], paths: readonly ApiPath[], custom: JsonObject | undefined): string {
  const content = JSON.stringify([origin, paths, custom]);
  return createHash("sha512").update(content).digest("hex").toUpperCase();
}

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const DIALECT: SchemaDialect = {
  reference,
  describedReference: (name, rest) => ({ ...rest, allOf: [reference(name)] }),
  showsEnums: true,
  showsDefaults: true,
  mixed: {
    Quantity: { oneOf: [{ type: "string" }, { type: "number" }] },
    IntOrString: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
};

function document(paths: readonly ApiPath[], version: string, custom: JsonObject): JsonObject {
  const roots = new Set(rootsOf(paths)).difference(new Set(Object.keys(custom)));
  if (Object.keys(custom).length > 0) for (const name of CUSTOM_REFERENCES) roots.add(name);
  const schemas: JsonObject = { ...custom };
  for (const facts of reachableDefinitions(roots)) schemas[facts.name] = definitionSchema(facts, DIALECT);
  const securitySchemes = { BearerToken: { type: "apiKey", name: "authorization", in: "header" } };
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version },
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path)])),
    components: { schemas, securitySchemes },
  };
}

/** The definitions that operations take and answer, and those of the paths' own kinds. */
function* rootsOf(paths: readonly ApiPath[]): Generator<string> {
  for (const { operations } of paths) {
    for (const { body, responses } of Object.values(operations)) {
      if (body) yield body.definition;
      for (const answer of Object.values(responses)) if (answer !== "string") yield answer;
    }
  }
}

function pathItem({ pathParameters, query, operations }: ApiPath): JsonObject {
  const parameters = [...pathParameters.map(pathParameter), ...query.map(queryParameter)];
  return {
    ...Object.fromEntries(Object.entries(operations).map(([method, each]) => [method, operation(each)])),
    ...(parameters.length > 0 ? { parameters } : {}),
  };
}

const pathParameter = (name: string): JsonObject => ({
  name,
  in: "path",
  required: true,
  schema: { type: "string", uniqueItems: true },
});

const queryParameter = (name: string): JsonObject => ({
  name,
  in: "query",
  schema: { type: parameterType(name), uniqueItems: true },
});

function operation({ id, tag, action, gvk, consumes, produces, query, body, responses }: ApiOperation): JsonObject {
  return {
    tags: [tag],
    operationId: id,
    ...(query.length > 0 ? { parameters: query.map(queryParameter) } : {}),
    ...(body
      ? {
          requestBody: {
            content: Object.fromEntries(consumes.map((type) => [type, { schema: reference(body.definition) }])),
            ...(body.required ? { required: true } : {}),
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([code, answer]) => [
          code,
          { description: ANSWERS[code] ?? "", content: contentOf(produces, answer) },
        ]),
      ),
      401: { description: "Unauthorized" },
    },
    ...(action === undefined ? {} : { "x-kubernetes-action": action }),
    ...(gvk ? { "x-kubernetes-group-version-kind": { ...gvk } } : {}),
  };
}

/** What the status codes are called in HTTP. */
export const ANSWERS: Readonly<Record<string, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };

const contentOf = (produces: readonly string[], answer: string): JsonObject =>
  Object.fromEntries(
    produces.map((type) => [type, { schema: answer === "string" ? { type: "string" } : reference(answer) }]),
  );
