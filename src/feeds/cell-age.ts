import { humanDuration } from "../api/duration-text.ts";

const SECOND_MS = 1000;
const UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
  y: 31_536_000 * SECOND_MS,
};
const DURATION = /^(?:\d+[smhdy])+$/;
/** `4 (10s ago)`: how often a pod restarted, and when it last did. */
const AGO = /^(\d+ \()((?:\d+[smhdy])+)( ago\))$/;

/** A cell that says how long ago something was, as it would say it `elapsedMs` after it was written. */
export function agedCell(cell: string, elapsedMs: number): string {
  if (!(elapsedMs > 0)) return cell;
  if (DURATION.test(cell)) return humanDuration(durationMs(cell) + elapsedMs);
  const ago = AGO.exec(cell);
  return ago ? `${ago[1]}${humanDuration(durationMs(ago[2] ?? "") + elapsedMs)}${ago[3]}` : cell;
}

const durationMs = (text: string): number =>
  [...text.matchAll(/(\d+)([smhdy])/g)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS_MS[unit] ?? 0),
    0,
  );
