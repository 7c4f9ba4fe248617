import type { HttpsTransport } from "../../client/https-transport.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import type { ApiObject } from "./api-object.ts";
import { requestResource } from "./resource-requests.ts";
import { type WriteOptions, writeQuery } from "./write-options.ts";

/** Creates the object, or in a dry run of the client gives it back as it is. */
export async function createObject(
  transport: HttpsTransport,
  { mapping, namespace }: { readonly mapping: ResourceMapping; readonly namespace: string },
  object: ApiObject,
  options: WriteOptions,
): Promise<ApiObject> {
  if (options.dryRun === "client") return object;
  return await requestResource(
    transport,
    { mapping, namespace },
    { method: "POST", query: writeQuery(options), body: object },
  );
}
