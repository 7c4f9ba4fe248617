import type { ApiAnswer, ApiRequest } from "./api-request.ts";
import type { RequestVerb } from "./request-info.ts";
import type { ServerContext } from "./server-context.ts";

export type Handler = (context: ServerContext, request: ApiRequest) => Promise<ApiAnswer>;
export type Handlers = Readonly<Partial<Record<RequestVerb, Handler>>>;
