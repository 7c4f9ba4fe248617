import type { Kind } from "../../api/kind.ts";
import { type Representation, representationFor } from "../answers/representation.ts";
import type { ResourceRequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import type { HttpRequest } from "./http-request.ts";

/** The form in which a client wants what it asks for. */
export function wantedRepresentation(
  { resources }: ServerContext,
  info: ResourceRequestInfo,
  { headers }: HttpRequest,
  query: URLSearchParams,
): Representation {
  const kind = resources.find(info.group, info.version, info.resource)?.kind;
  return representationFor(
    {
      accept: headers.accept,
      userAgent: headers["user-agent"] ?? "",
      hasTable: hasTable(kind, info),
      hasProtobuf: info.subresource === "scale" || !kind?.schema?.isCustom,
    },
    query,
  );
}

/** What can only be created is answered and forgotten: it has no rows. */
function hasTable(kind: Kind | undefined, info: ResourceRequestInfo): boolean {
  const subresource = kind?.subresources.find(({ name }) => name === info.subresource);
  const verbs =
    info.subresource === "" ? kind?.verbs : subresource && "verbs" in subresource ? subresource.verbs : undefined;
  return verbs === undefined || verbs.some((verb) => verb !== "create");
}
