import { apiError, type ApiError, badRequest, expired } from "../api/api-error.ts";
import { FutureRevisionError } from "../store/store.ts";
import type { ServerContext } from "./server-context.ts";

/** A resourceVersion as clients send it back: a revision in decimal digits. */
export function parseResourceVersion(text: string): number {
  const revision = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(revision)) {
    throw badRequest(
      `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return revision;
}

/** Nobody can have seen a version that does not exist yet; the client is to try again. */
export async function checkNotFuture({ store }: ServerContext, revision: number): Promise<void> {
  const current = await store.revision();
  if (revision > current) throw futureVersion(revision, current);
}

export function futureVersion(requested: number, current: number): ApiError {
  const message = `Too large resource version: ${requested}, current: ${current}`;
  return apiError("Timeout", `Timeout: ${message}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** Translates the store's refusal to read at a revision. */
export function revisionError(error: unknown): unknown {
  return error instanceof FutureRevisionError ? futureVersion(error.requested, error.current) : error;
}

/** For a watch that would have to start before what is remembered. */
export const tooOld = (requested: number, compacted: number): ApiError =>
  expired(`too old resource version: ${requested} (${compacted})`);
