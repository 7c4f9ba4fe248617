import { apiError } from "../../api/api-error.ts";
import type { RequestBody } from "../api-request.ts";
import type { HttpRequest } from "./http-request.ts";

/** Upstream's limit for the body of one request. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The whole body of a request. Throws before more than the limit was kept. */
export function readBody(request: HttpRequest): Promise<RequestBody> | RequestBody {
  if (request.method === "GET" || request.method === "HEAD") return { form: "none" };
  const declared = Number(request.headers["content-length"] ?? "0");
  if (declared > MAX_BODY_BYTES) throw tooLarge();
  const contentType = request.headers["content-type"] ?? "";
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    request.on("data", (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        request.removeAllListeners("data");
        request.resume();
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      const bytes = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      resolve(size === 0 ? { form: "none" } : { form: "bytes", bytes, contentType });
    });
    request.on("error", reject);
    request.on("aborted", () => reject(new ClientGone()));
  });
}

/** The client went away while it sent its request. */
export class ClientGone extends Error {}

const tooLarge = (): Error => apiError("RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY_BYTES}`);
