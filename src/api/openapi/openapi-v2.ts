import type { JsonObject } from "../../lib/json/json-value.ts";
import type { Kind } from "../kind.ts";
import { definition, definitionNames } from "../schema/schema.ts";
import type { ApiOperation } from "./api-operation.ts";
import type { ApiPath } from "./api-paths.ts";
import { apiDocuments } from "./documents.ts";
import type { SchemaDialect } from "./json-schema.ts";
import { definitionSchema } from "./json-schema.ts";
import { ANSWERS } from "./openapi-v3.ts";
import { parameterType } from "./parameters.ts";

/** The one document of OpenAPI v2: the body of `/openapi/v2`. `version` is the server's. */
export function openApiV2(kinds: readonly Kind[], version: string): JsonObject {
  const paths = [...apiDocuments(kinds).values()].flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version },
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path)])),
    definitions: { ...definitions(), ...customDefinitions(kinds) },
    parameters: sharedParameters(paths),
    securityDefinitions: { BearerToken: { type: "apiKey", name: "authorization", in: "header" } },
    security: [{ BearerToken: [] }],
  };
}

const reference = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });

const DIALECT: SchemaDialect = {
  reference,
  describedReference: (name, rest) => ({ ...rest, ...reference(name) }),
  showsEnums: false,
  showsDefaults: false,
  mixed: {},
};

function definitions(): JsonObject {
  const schemas: JsonObject = {};
  for (const name of definitionNames()) {
    const facts = definition(name);
    if (!facts.unpublished) schemas[name] = definitionSchema(facts, DIALECT);
  }
  return schemas;
}

const customDefinitions = (kinds: readonly Kind[]): JsonObject =>
  Object.fromEntries(kinds.flatMap(({ published }) => Object.entries(published?.("v2") ?? {})));

/** kubectl looks for these two in the operations themselves, before it sends a dry run or asks for field validation. */
const INLINE = new Set(["dryRun", "fieldValidation"]);

function sharedParameters(paths: readonly ApiPath[]): JsonObject {
  const shared: JsonObject = {};
  for (const { pathParameters, query, operations } of paths) {
    for (const name of pathParameters) shared[`${name}.path`] = pathParameter(name);
    for (const name of [...query, ...Object.values(operations).flatMap((each) => each.query)]) {
      if (!INLINE.has(name)) shared[`${name}.query`] = queryParameter(name);
    }
  }
  return Object.fromEntries(Object.entries(shared).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const pathParameter = (name: string): JsonObject => ({
  uniqueItems: true,
  type: "string",
  name,
  in: "path",
  required: true,
});

const queryParameter = (name: string): JsonObject => ({
  uniqueItems: true,
  type: parameterType(name),
  name,
  in: "query",
});

const sharedQueryParameter = (name: string): JsonObject =>
  INLINE.has(name) ? queryParameter(name) : { $ref: `#/parameters/${name}.query` };

function pathItem({ pathParameters, query, operations }: ApiPath): JsonObject {
  const parameters: JsonObject[] = [
    ...pathParameters.map((name) => ({ $ref: `#/parameters/${name}.path` })),
    ...query.map(sharedQueryParameter),
  ];
  return {
    ...Object.fromEntries(Object.entries(operations).map(([method, each]) => [method, operation(each)])),
    ...(parameters.length > 0 ? { parameters } : {}),
  };
}

function operation({ id, tag, action, gvk, consumes, produces, query, body, responses }: ApiOperation): JsonObject {
  const parameters = [...(body ? [bodyParameter(body)] : []), ...query.map(sharedQueryParameter)];
  return {
    ...(consumes.length > 0 ? { consumes: [...consumes] } : {}),
    produces: [...produces],
    schemes: ["https"],
    tags: [tag],
    operationId: id,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([code, answer]) => [
          code,
          { description: ANSWERS[code] ?? "", schema: answer === "string" ? { type: "string" } : reference(answer) },
        ]),
      ),
      401: { description: "Unauthorized" },
    },
    ...(action === undefined ? {} : { "x-kubernetes-action": action }),
    ...(gvk ? { "x-kubernetes-group-version-kind": { ...gvk } } : {}),
  };
}

const bodyParameter = (body: { readonly definition: string; readonly required: boolean }): JsonObject => ({
  name: "body",
  in: "body",
  ...(body.required ? { required: true } : {}),
  schema: reference(body.definition),
});
