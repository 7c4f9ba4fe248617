import { ApiError, internalError } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { byteLines } from "../../lib/wire/byte-lines.ts";
import type { ByteStreamAnswer } from "../api-request.ts";

/** What another server answered to a client of this process. Throws what it refused. */
export async function objectIn({ statusCode, body }: ByteStreamAnswer): Promise<KubeObject> {
  const text = body ? await new Response(body).text() : "";
  const value = parsed(text);
  if (value === undefined)
    throw internalError(`an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`);
  if (statusCode < 400) return value;
  throw value.kind === "Status" ? new ApiError(value) : internalError(text);
}

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject;
}

/** Tells the events of a watch as they come. Resolves when its server ends it, rejects when the connection breaks. */
export async function followEvents({ body }: ByteStreamAnswer, onEvent: (event: WatchEvent) => void): Promise<void> {
  // A watch of JSON has an event on each line.
  if (body)
    for await (const line of byteLines(body)) onEvent(JSON.parse(Buffer.from(line).toString("utf8")) as WatchEvent);
}

function parsed(text: string): KubeObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as KubeObject) : undefined;
  } catch {
    return undefined;
  }
}
