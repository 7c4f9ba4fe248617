import { GNOSTIC_MEDIA_TYPE, gnosticDocument } from "../../api/openapi/gnostic.ts";
import { openApiV2 } from "../../api/openapi/openapi-v2.ts";
import { openApiV3 } from "../../api/openapi/openapi-v3.ts";
import { perGeneration } from "../../lib/per-generation.ts";
import { kubernetesVersion, kubeVersion } from "../../lib/version.ts";
import { acceptsJson, parseAccept } from "../answers/accept.ts";
import type { ServedResources } from "../served-resources.ts";
import { CachedDocument, documentResponse } from "./document-response.ts";
import type { HttpRequest } from "./http-request.ts";
import type { PathRoutes } from "./path-routes.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** How the API describes itself. Documents are made when first asked for: few clients ask, and for few of them. */
export function addOpenApiRoutes(app: PathRoutes, resources: ServedResources): void {
  const documents = perGeneration(
    () => resources.generation,
    () => openApiDocuments(resources),
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
  app.get("/openapi/v3/*", (c) => {
    const { incoming } = c.env;
    const name = c.req.path.slice("/openapi/v3/".length);
    const { v3, v3Documents } = documents();
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
function openApiDocuments(resources: ServedResources) {
  const kinds = [...resources.all()].map(({ kind }) => kind);
  const version = kubernetesVersion.gitVersion;
  const v3 = lazy(() => openApiV3(kinds, version, kubeVersion));
  return {
    v3,
    v3Documents: new Map<string, CachedDocument>(),
    index: lazy(() => jsonDocument(v3().index)),
    v2Json: lazy(() => jsonDocument(openApiV2(kinds, version))),
    v2Protobuf: lazy(() => {
      const bytes = Buffer.from(gnosticDocument(openApiV2(kinds, version)));
      return new CachedDocument(bytes, V2_PROTOBUF_TYPES[1]);
    }),
  };
}

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
