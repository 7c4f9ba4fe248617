import { isForbidden, type Need } from "./access.ts";
import type { ScreenKind, State, Step } from "./state.ts";
import { targets } from "./targets.ts";

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
  /** What the user has to be allowed to do. */
  readonly needs?: Need;
  /** Is there anything it could be done to now? Without this, always. */
  readonly applies?: (state: State) => boolean;
  readonly run: (state: State, key: string) => Step;
}

/** Cluster-wide rights hold in every namespace, so any will do to ask about them. */
export const ANY_NAMESPACE = "default";

/** Is it known that the user may not do this to what is chosen? */
export function isForbiddenNow({ needs }: KeyBinding, state: State): boolean {
  if (!needs) return false;
  return targets(state).some((target) => isForbidden(state.access[target.namespace ?? ANY_NAMESPACE], needs, target));
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
    escape: "esc",
    "ctrl-`": "ctrl-space",
    "ctrl-|": "ctrl-\\",
  };
  return names[key] ?? key;
}
