import type { ScreenKind, State, Step } from "./state.ts";

/** A line of the key table: what help shows and what a key does. */
export interface KeyBinding {
  /** Any of these. */
  readonly keys: readonly string[];
  /** Where it works. */
  readonly on: readonly ScreenKind[];
  /** In a few words, for help. */
  readonly description: string;
  /** Changes the cluster: absent in read-only mode. */
  readonly isChange?: boolean;
  /** Is there anything it could be done to now? Without this, always. */
  readonly applies?: (state: State) => boolean;
  readonly run: (state: State, key: string) => Step;
}

/** How help writes a key. */
export function keyText(key: string): string {
  const names: Readonly<Record<string, string>> = {
    up: "↑",
    down: "↓",
    left: "←",
    right: "→",
    pageup: "pgup",
    pagedown: "pgdn",
  };
  return names[key] ?? key;
}
