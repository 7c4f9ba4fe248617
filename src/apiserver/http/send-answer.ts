import { gzip } from "node:zlib";

import { badRequest } from "../../api/api-error.ts";
import { PROTOBUF_MEDIA_TYPE } from "../../api/schema/protobuf/envelope.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { answerObject } from "../answers/answer-objects.ts";
import type { Representation } from "../answers/representation.ts";
import type { ApiAnswer, DocumentAnswer } from "../api-request.ts";
import { streamBytes } from "./byte-stream.ts";
import { acceptsGzip, MIN_GZIP_BYTES } from "./document-response.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import { listDocument } from "./json-documents.ts";
import type { OpenStreams } from "./open-streams.ts";
import { envelope } from "./protobuf-frame.ts";
import { sendBytes } from "./send-bytes.ts";
import { streamWatch } from "./watch-stream.ts";

/** Everything that sending an answer takes. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly representation: Representation;
  readonly warnings: readonly string[];
  readonly streams: OpenStreams;
  readonly now: () => number;
  /** Told of the size of a document in bytes, as it is before it is compressed. */
  readonly onSize: (sizeBytes: number) => void;
}

/** Brings an answer into the form the client asked for, and sends it. */
export function sendAnswer(exchange: Exchange, answer: ApiAnswer): void {
  const { response, warnings } = exchange;
  if (warnings.length > 0) response.setHeader("warning", warnings.map(warningValue));
  switch (answer.form) {
    case "watch":
      return streamWatch(exchange, answer);
    case "bytes":
      return streamBytes(exchange, answer);
    case "upgrade":
      throw badRequest("Upgrade request required");
    case "list":
      return sendDocument(exchange, 200, documentOf(exchange, answer));
    case "stored":
    case "object":
      return sendDocument(exchange, answer.statusCode, documentOf(exchange, answer));
  }
}

/** RFC 7234's warn-value with the code for "other", as clients of Kubernetes expect it. */
const warningValue = (text: string): string =>
  `299 - "${text.replaceAll(/["\\]/g, "\\$&").replaceAll(/[\r\n]+/g, " ")}"`;

/** In pieces, because most of them are the store's own bytes. */
function documentOf({ representation, now }: Exchange, answer: DocumentAnswer): readonly Uint8Array[] {
  const { format, pretty, shape } = representation;
  if (format === "json" && !pretty && shape.as === "object") {
    if (answer.form === "stored") return answer.resource.storage.document(answer.entry);
    if (answer.form === "list") return listDocument(answer);
  }
  const object = answerObject(answer, shape, now());
  if (format === "protobuf") return [envelope(object)];
  if (format === "yaml") return [Buffer.from(yamlText(object))];
  return [Buffer.from(pretty ? JSON.stringify(object, undefined, 2) : JSON.stringify(object))];
}

const MEDIA_TYPES: Readonly<Record<Representation["format"], string>> = {
  json: "application/json",
  yaml: "application/yaml",
  protobuf: PROTOBUF_MEDIA_TYPE,
};

function sendDocument(
  { request, response, representation, onSize }: Exchange,
  statusCode: number,
  pieces: readonly Uint8Array[],
): void {
  const [only] = pieces;
  const bytes = only && pieces.length === 1 ? only : Buffer.concat(pieces);
  onSize(bytes.length);
  const headers = { "content-type": MEDIA_TYPES[representation.format] };
  if (bytes.length < MIN_GZIP_BYTES || !acceptsGzip(request))
    return sendBytes(request, response, statusCode, headers, bytes);
  // The fastest level: the link is most often the machine itself.
  gzip(bytes, { level: 1 }, (error, zipped) => {
    if (error) sendBytes(request, response, statusCode, headers, bytes);
    else
      sendBytes(
        request,
        response,
        statusCode,
        { ...headers, "content-encoding": "gzip", vary: "Accept-Encoding" },
        zipped,
      );
  });
}
