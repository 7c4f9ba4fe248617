import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

import { GNOSTIC_MEDIA_TYPE, gnosticDocument } from "../../api/openapi/gnostic.ts";
import { mergedOpenApiV2 } from "../../api/openapi/merge-openapi-v2.ts";
import { openApiV2 } from "../../api/openapi/openapi-v2.ts";
import { openApiV3 } from "../../api/openapi/openapi-v3.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { perGeneration } from "../../lib/per-generation.ts";
import { kubernetesVersion, kubeVersion } from "../../lib/version.ts";
import { OPENAPI_READER } from "../aggregation/extension-documents.ts";
import type { Extension, Extensions } from "../aggregation/extensions.ts";
import { acceptsJson, parseAccept } from "../answers/accept.ts";
import type { ServedResources } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { streamBytes } from "./byte-stream.ts";
import { CachedDocument, documentResponse } from "./document-response.ts";
import type { HttpRequest } from "./http-request.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { PathRoutes } from "./path-routes.ts";
import { sentOn } from "./sent-on.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** How the API describes itself. Documents are made when first asked for: few clients ask, and for few of them. */
export function addOpenApiRoutes(app: PathRoutes, context: ServerContext, streams: OpenStreams): void {
  const { resources, extensions, extensionClient } = context;
  const documents = perGeneration(
    () => resources.generation + extensions.generation,
    () => openApiDocuments(resources, extensions),
  );
  app.get("/openapi/v2", ({ env: { incoming } }) => {
    switch (v2Form(incoming)) {
      case "json":
        return documentResponse(incoming, documents().v2Json());
      case "protobuf":
        return documentResponse(incoming, documents().v2Protobuf());
      case undefined:
        return notAcceptable();
    }
  });
  app.get("/openapi/v3", ({ env: { incoming } }) => documentResponse(incoming, documents().index()));
  app.get("/openapi/v3/*", async (c) => {
    const { incoming } = c.env;
    const name = c.req.path.slice("/openapi/v3/".length);
    const { v3, v3Documents, elsewhere } = documents();
    const extension = elsewhere.get(name);
    if (extension) {
      const request = sentOn(incoming);
      const { signal } = c.req.raw;
      const answer = await extensionClient.forward(extension, OPENAPI_READER, request, { auditId: undefined, signal });
      if (answer.form === "bytes") streamBytes({ response: c.env.outgoing, streams }, answer);
      return RESPONSE_ALREADY_SENT;
    }
    const found = v3().document(name);
    if (!found) return c.notFound();
    if (!parseAccept(incoming.headers.accept).some(acceptsJson)) return notAcceptable();
    const hash = c.req.query("hash");
    if (hash !== undefined && hash !== found.hash) return c.redirect(`/openapi/v3/${name}?hash=${found.hash}`, 301);
    const document = v3Documents.get(name) ?? jsonDocument(found.body());
    v3Documents.set(name, document);
    // The hash is part of the address, so what is found there never changes.
    const headers = hash === undefined ? undefined : { "cache-control": `public, immutable, max-age=${YEAR_SECONDS}` };
    return documentResponse(incoming, document, headers);
  });
}

/** All documents while the same resources are served. Each is made when it is first asked for. */
function openApiDocuments(resources: ServedResources, extensions: Extensions) {
  const kinds = [...resources.all()]
    .filter(({ type }) => !extensions.find(type.group, type.version))
    .map(({ kind }) => kind);
  const version = kubernetesVersion.gitVersion;
  const v3 = lazy(() => openApiV3(kinds, version, kubeVersion));
  const v2 = lazy(() => withExtensions(openApiV2(kinds, version), extensions));
  const elsewhere = documentsElsewhere(extensions);
  return {
    v3,
    v3Documents: new Map<string, CachedDocument>(),
    /** Which documents of v3 another server has. */
    elsewhere: new Map([...elsewhere].map(([name, { extension }]) => [name, extension])),
    index: lazy(() => {
      const remote = [...elsewhere].map(([name, { address }]) => [name, { serverRelativeURL: address }]);
      const paths = v3().index["paths"];
      return jsonDocument({ paths: { ...(isJsonObject(paths) ? paths : {}), ...Object.fromEntries(remote) } });
    }),
    v2Json: lazy(() => jsonDocument(v2())),
    v2Protobuf: lazy(() => new CachedDocument(Buffer.from(gnosticDocument(v2())), V2_PROTOBUF_TYPES[1])),
  };
}

/** The documents that other servers have of their own group versions. */
function documentsElsewhere(extensions: Extensions) {
  const found = new Map<string, { readonly extension: Extension; readonly address: string }>();
  for (const extension of extensions.all()) {
    const name = `apis/${extension.group}/${extension.version}`;
    const address = extensions.documentsOf(extension).openApiV3?.[name];
    if (address !== undefined) found.set(name, { extension, address });
  }
  return found;
}

function withExtensions(ours: JsonObject, extensions: Extensions): JsonObject {
  let merged = ours;
  const byPriority = [...extensions.all()].toSorted((a, b) => priorityOf(extensions, b) - priorityOf(extensions, a));
  for (const extension of byPriority) {
    const { openApiV2: theirs } = extensions.documentsOf(extension);
    if (theirs) merged = mergedOpenApiV2(merged, theirs, `/apis/${extension.group}/${extension.version}/`);
  }
  return merged;
}

const priorityOf = (extensions: Extensions, { group, version }: Extension): number =>
  extensions.priorityOf(group, version)?.group ?? 0;

/** The names of the protobuf form: clients ask by the first, which is no valid media type, and are answered with the second. */
const V2_PROTOBUF_TYPES = [GNOSTIC_MEDIA_TYPE, GNOSTIC_MEDIA_TYPE.replace("@", ".")] as const;

function v2Form({ headers }: HttpRequest): "json" | "protobuf" | undefined {
  for (const accepted of parseAccept(headers.accept)) {
    if (V2_PROTOBUF_TYPES.includes(accepted.mediaType)) return "protobuf";
    if (acceptsJson(accepted)) return "json";
  }
  return undefined;
}

const notAcceptable = (): Response => new Response(null, { status: 406 });

const jsonDocument = (value: unknown): CachedDocument =>
  new CachedDocument(Buffer.from(JSON.stringify(value)), "application/json");

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
