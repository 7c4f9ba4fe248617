import { apiError, badRequest } from "../../api/api-error.ts";
import { PROTOBUF_MEDIA_TYPE } from "../../api/schema/protobuf/envelope.ts";
import { isTrue } from "../request-info.ts";
import { parseAccept, type AcceptedType } from "./accept.ts";

/** The shape and format in which a client wants an answer. */
export interface Representation {
  readonly format: "json" | "yaml" | "protobuf";
  readonly pretty: boolean;
  readonly shape: Shape;
}

export type Shape =
  /** As it is stored. */
  | { readonly as: "object" }
  /** Its metadata alone: for clients that follow many kinds without knowing them. */
  | { readonly as: "metadata"; readonly version: MetaVersion }
  | { readonly as: "table"; readonly version: MetaVersion; readonly includeObject: IncludeObject };

export type MetaVersion = "v1" | "v1beta1";
export type IncludeObject = "None" | "Metadata" | "Object";

const FORMATS: Readonly<Record<string, Representation["format"]>> = {
  "*/*": "json",
  "application/*": "json",
  "application/json": "json",
  "application/yaml": "yaml",
  [PROTOBUF_MEDIA_TYPE]: "protobuf",
};

export const AS_OBJECT: Shape = { as: "object" };

export interface RepresentationWishes {
  readonly accept: string | undefined;
  readonly userAgent: string;
  /** Whether what is answered can be shown in rows. */
  readonly hasTable: boolean;
  /** False for what is not in the schema facts; absent: it has. */
  readonly hasProtobuf?: boolean;
}

/** The first acceptable of what the client offers to take (apiserver/pkg/endpoints/handlers/negotiation). */
export function representationFor(
  { accept, userAgent, hasTable, hasProtobuf }: RepresentationWishes,
  query: URLSearchParams,
): Representation {
  const pretty = isPretty(query, userAgent);
  if (accept === undefined || accept === "application/json" || accept === "*/*") {
    return { format: "json", pretty, shape: AS_OBJECT };
  }
  for (const accepted of parseAccept(accept)) {
    const format = FORMATS[accepted.mediaType];
    const shape = shapeOf(accepted, query);
    // The cells of a Table are any JSON value, which has no protobuf form.
    if (shape?.as === "table" && (format === "protobuf" || !hasTable)) continue;
    // Of custom resources only the metadata has a protobuf form.
    if (format === "protobuf" && shape?.as === "object" && hasProtobuf === false) continue;
    if (format && shape) return { format, pretty: pretty || accepted.parameters["pretty"] === "1", shape };
  }
  throw apiError(
    "NotAcceptable",
    `only the following media types are accepted: application/json, application/yaml${hasProtobuf === false ? "" : `, ${PROTOBUF_MEDIA_TYPE}`}`,
  );
}

/** Undefined: a shape that the server does not have. */
function shapeOf({ parameters }: AcceptedType, query: URLSearchParams): Shape | undefined {
  const { as, g, v } = parameters;
  if (as === undefined && g === undefined && v === undefined) return AS_OBJECT;
  if (g !== "meta.k8s.io" || (v !== "v1" && v !== "v1beta1")) return undefined;
  switch (as) {
    case "Table":
      return { as: "table", version: v, includeObject: includeObject(query) };
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return { as: "metadata", version: v };
    default:
      return undefined;
  }
}

function includeObject(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject") ?? "";
  if (value === "") return "Metadata";
  if (value === "None" || value === "Metadata" || value === "Object") return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}

/** People who look with a browser or curl get lines. */
function isPretty(query: URLSearchParams, userAgent: string): boolean {
  const asked = query.get("pretty");
  return asked ? isTrue(asked) : /^(?:curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}
