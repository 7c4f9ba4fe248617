import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { Status } from "../api/types/meta-v1.ts";
import { createLogger } from "../lib/logger.ts";
import { hostileRequest, type HostileRequest } from "../testing/arbitrary-request.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";

/** `FUZZ_REQUESTS=100000 FUZZ_SEED=7 npx bun test --timeout=3600000 src/apiserver/fuzz.test.ts` looks longer, and elsewhere. */
const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 3000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_121);
/** What is stored, and what the engine compiled on the way; bodies that were kept would be more. */
const MOST_GROWTH_BYTES = 100 * 1024 * 1024;

test(
  "the server answers anything with success or a Status that gives a reason, and stays as it was",
  async () => {
    const complaints: string[] = [];
    const log = createLogger({ level: "error", now: () => 0, write: (line) => void complaints.push(line) });
    await using api = await startTestApiServer({ https: true, log });
    const before = liveBytes();
    await fc.assert(
      fc.asyncProperty(hostileRequest(), async (request) => {
        expect(await verdict(await send(api, request))).toBe("fine");
        expect(complaints).toEqual([]);
      }),
      { seed: SEED, numRuns: REQUESTS, endOnFailure: true },
    );
    expect((await api.fetch("/readyz")).status).toBe(200);
    expect(liveBytes() - before).toBeLessThan(MOST_GROWTH_BYTES);
  },
  Math.max(120_000, REQUESTS * 60),
);

function liveBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
}

const send = async (
  api: { fetch(path: string, init: RequestInit): Promise<Response> },
  { method, path, headers, body }: HostileRequest,
): Promise<Response> => await api.fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });

/** Says what is wrong with an answer. */
async function verdict(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok || text === "404 page not found\n") return "fine";
  const status = JSON.parse(text) as Status;
  // Upstream has no reason for this one either, and the same code: its storage refuses what nobody above it looked at.
  if (status.message === "resourceVersion should not be set on objects to be created") return "fine";
  if (status.kind !== "Status" || status.code !== response.status || !status.reason || !status.message) return text;
  // A resourceVersion of the future is the one fault of a client that upstream, too, answers with a Timeout.
  const isFutureVersion = status.reason === "Timeout" && status.message.includes("Too large resource version");
  return response.status < 500 || isFutureVersion ? "fine" : text;
}
