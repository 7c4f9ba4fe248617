import { AGING_COLUMNS } from "./shown-table.ts";
import { bodyHeight, currentScreen, type State } from "./state.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Up to here ages are shown to the second. */
const YOUNG_MS = 10 * MINUTE_MS;

/** When the screen looks different because of time alone: each second beside young objects, else seldom; undefined: never. */
export function nextTickMs(state: State): number | undefined {
  const screen = currentScreen(state);
  if (screen.kind === "object") return screen.tab === "events" ? MINUTE_MS : undefined;
  if (screen.kind !== "table") return undefined;
  const visible = screen.shown.rows.slice(screen.top, screen.top + bodyHeight(state));
  if (visible.length === 0 || !screen.shown.columns.some(({ name }) => name === "Age" || AGING_COLUMNS.has(name)))
    return undefined;
  const youngestMs = Math.max(...visible.map(({ createdAtMs }) => createdAtMs));
  const ageMs = state.now - youngestMs;
  if (ageMs < MINUTE_MS) return SECOND_MS;
  return ageMs < YOUNG_MS ? 10 * SECOND_MS : MINUTE_MS;
}
