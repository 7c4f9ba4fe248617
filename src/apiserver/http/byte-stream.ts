import { writeAll } from "../../lib/wire/write-all.ts";
import type { ByteStreamAnswer } from "../api-request.ts";
import type { HttpResponse } from "./http-request.ts";
import type { Exchange } from "./send-answer.ts";

/** Sends bytes as they come, no faster than the client takes them. */
export function streamBytes(
  { response, streams }: Pick<Exchange, "response" | "streams">,
  answer: ByteStreamAnswer,
): void {
  response.writeHead(answer.statusCode, headersOf(answer));
  response.flushHeaders?.();
  if (!answer.body) return void response.end();
  const gone = new AbortController();
  const unregister = streams.add(() => gone.abort());
  response.once("close", () => gone.abort());
  answer.body
    .pipeTo(responseSink(response), { signal: gone.signal })
    // The source broke off: so does the answer, because its end would say that this was all.
    .catch(() => void response.destroy())
    .finally(unregister);
}

function headersOf({ headers }: ByteStreamAnswer): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}

function responseSink(response: HttpResponse): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (bytes) => writeAll(response, bytes),
    close: () => void response.end(),
    abort: () => void response.destroy(),
  });
}
