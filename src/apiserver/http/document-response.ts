import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import type { HttpRequest } from "./http-request.ts";

/** A body that changes rarely, with what its transfer needs made once. */
export class CachedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Upper case hexadecimal: clients and upstream compare it as text. */
  readonly hash: string;
  #gzipped: Uint8Array<ArrayBuffer> | undefined;

  constructor(bytes: Uint8Array<ArrayBuffer>, contentType: string) {
    this.bytes = bytes;
    this.contentType = contentType;
    this.hash = createHash("sha512").update(bytes).digest("hex").toUpperCase();
  }

  gzipped(): Uint8Array<ArrayBuffer> {
    this.#gzipped ??= gzipSync(this.bytes, { level: 6 });
    return this.#gzipped;
  }
}

/** Smaller bodies are not worth the work (apiserver/pkg/endpoints/handlers/responsewriters/writers.go). */
export const MIN_GZIP_BYTES = 128 * 1024;

export const acceptsGzip = ({ headers }: HttpRequest): boolean =>
  /(?:^|,)\s*gzip\s*(?:;|,|$)/.test(headers["accept-encoding"] ?? "");

/** Answers with the document, or with "not modified" when the client has it. */
export function documentResponse(
  request: HttpRequest,
  document: CachedDocument,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const etag = `"${document.hash}"`;
  const common = { ...headers, etag, vary: "Accept, Accept-Encoding" };
  if (request.headers["if-none-match"] === etag) return new Response(null, { status: 304, headers: common });
  const isGzipped = document.bytes.length >= MIN_GZIP_BYTES && acceptsGzip(request);
  return new Response(isGzipped ? document.gzipped() : document.bytes, {
    headers: {
      ...common,
      "content-type": document.contentType,
      ...(isGzipped ? { "content-encoding": "gzip" } : {}),
    },
  });
}
