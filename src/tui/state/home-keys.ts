import { homeLines } from "./home-lines.ts";
import type { KeyBinding } from "./key-binding.ts";
import { openedResource } from "./run-command.ts";
import { objectScreen } from "./screens.ts";
import { currentScreen, pushScreen, type State, step, type Step, withScreen } from "./state.ts";

const ON_HOME = ["home"] as const;

export const homeKeys: readonly KeyBinding[] = [
  { keys: ["j", "down", "tab"], on: ON_HOME, description: "Down", run: (state) => moved(state, 1) },
  { keys: ["k", "up"], on: ON_HOME, description: "Up", run: (state) => moved(state, -1) },
  { keys: ["enter"], on: ON_HOME, description: "Open", run: opened },
];

/** Among the lines that lead somewhere. */
function moved(state: State, by: number): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "home") return step(state);
  const count = homeLines(state).filter(({ target }) => target).length;
  const cursor = screen.cursor === undefined ? 0 : Math.max(0, Math.min(count - 1, screen.cursor + by));
  return step(withScreen(state, { ...screen, cursor }));
}

function opened(state: State): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "home" || screen.cursor === undefined) return step(state);
  const target = homeLines(state).flatMap((line) => line.target ?? [])[screen.cursor];
  if (!target) return step(state);
  return step(
    target.kind === "table"
      ? openedResource(state, target.resource)
      : pushScreen(state, objectScreen(target.address, target.uid, "describe")),
  );
}
