import { fitted } from "../../lib/terminal-text.ts";
import { isForbiddenNow, type KeyBinding, keyText } from "../state/key-binding.ts";
import { bindingsOn } from "../state/keys.ts";
import { bodyHeight, type HelpScreen, popScreen, type State } from "../state/state.ts";
import { type FrameLine, line, type Span } from "./frame-line.ts";

const KEYS_WIDTH = 13;
/** Room for most descriptions. */
const COLUMN_WIDTH = 40;

/** The key table for the screen one came from, with what can be done there now; in as many columns as there is room for. */
export function helpLines(state: State, screen: HelpScreen): readonly FrameLine[] {
  const below = popScreen(state);
  const bindings = bindingsOn(state, screen.about).filter(({ applies }) => applies?.(below) ?? true);
  const columns = Math.max(1, Math.floor(state.size.columns / COLUMN_WIDTH));
  const width = Math.floor(state.size.columns / columns);
  const rows = Math.ceil(bindings.length / columns);
  const height = bodyHeight(state);
  const top = Math.max(0, Math.min(screen.top, rows - height));
  const lines = Array.from({ length: rows }, (_, row) => bindings.filter((_binding, at) => at % rows === row));
  return [
    line(" Keys of this view", "heading"),
    ...lines.slice(top, top + height).map((bindingsOfLine) => ({
      spans: bindingsOfLine.flatMap((binding) =>
        bindingSpans(binding, { width, isForbidden: isForbiddenNow(binding, below) }),
      ),
    })),
  ];
}

function bindingSpans(
  { keys, description }: KeyBinding,
  { width, isForbidden }: { readonly width: number; readonly isForbidden: boolean },
): readonly Span[] {
  const text = isForbidden ? `${description} (not allowed)` : description;
  return [
    { text: ` ${fitted(keysText(keys), KEYS_WIDTH)} `, tone: isForbidden ? "faint" : "key" },
    { text: fitted(text, Math.max(0, width - KEYS_WIDTH - 2)), ...(isForbidden ? { tone: "faint" as const } : {}) },
  ];
}

function keysText(keys: readonly string[]): string {
  const isRange = keys.length > 4;
  return isRange ? `${keys[0]}-${keys.at(-1)}` : keys.map(keyText).join(" ");
}
