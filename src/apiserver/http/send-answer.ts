import type { ApiAnswer } from "../api-request.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import { listDocument } from "./json-documents.ts";
import type { OpenStreams } from "./open-streams.ts";
import { send } from "./send.ts";
import { streamWatch } from "./watch-stream.ts";

export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly streams: OpenStreams;
  readonly warnings: readonly string[];
}

const JSON_TYPE = { "content-type": "application/json" };

/** Brings an answer into the form the client asked for, and sends it. */
export function sendAnswer(exchange: Exchange, answer: ApiAnswer): void {
  const { response } = exchange;
  switch (answer.form) {
    case "stored":
      return send(response, answer.statusCode, JSON_TYPE, answer.resource.storage.document(answer.entry));
    case "object":
      return send(response, answer.statusCode, JSON_TYPE, [Buffer.from(JSON.stringify(answer.object))]);
    case "list":
      return send(response, 200, JSON_TYPE, listDocument(answer));
    case "watch":
      return streamWatch(exchange, answer);
  }
}
