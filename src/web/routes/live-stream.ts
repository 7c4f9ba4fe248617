import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { WebContext } from "../web-context.ts";

/** Sends one event to the page. Events arrive in the order of the calls. */
export type Send = (event: string, data: unknown) => void;

/** Keeps proxies and sleeping laptops from believing that nobody is there. */
const HEARTBEAT_MS = 20_000;

/** A stream of events for as long as the page is open; `start` begins what feeds it, and what it returns ends with it. */
export function liveStream(
  c: Context,
  { clock, signal }: WebContext,
  start: (send: Send, ended: AbortSignal) => Disposable,
): Response {
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const ended = AbortSignal.any([gone.signal, signal]);
    // One after the other: a slow page delays its own events only.
    let sent: Promise<unknown> = Promise.resolve();
    const write = (event: string, data: unknown): void => {
      sent = sent
        .then(() => (ended.aborted ? undefined : stream.writeSSE({ event, data: JSON.stringify(data) })))
        .catch(() => gone.abort());
    };
    using _beat = repeating(clock, HEARTBEAT_MS, () => write("beat", null));
    using _feeding = start(write, ended);
    if (ended.aborted) return;
    await new Promise<void>((resolve) => {
      ended.addEventListener("abort", () => resolve(), { once: true });
    });
  });
}

/** At most one call per `intervalMs`, the last one in any case: for what changes faster than anybody reads. */
export function coalesced(clock: Clock, intervalMs: number, act: () => void): (() => void) & Disposable {
  let timer: Timer | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const call = (): void => {
    timer ??= clock.setTimeout(
      () => {
        timer = undefined;
        last = clock.now();
        act();
      },
      Math.max(0, last + intervalMs - clock.now()),
    );
  };
  return Object.assign(call, { [Symbol.dispose]: () => timer?.cancel() });
}

function repeating(clock: Clock, intervalMs: number, act: () => void): Disposable {
  let timer: Timer;
  const next = (): void => {
    timer = clock.setTimeout(() => {
      act();
      next();
    }, intervalMs);
  };
  next();
  return { [Symbol.dispose]: () => timer.cancel() };
}
