import { textWidth } from "../../lib/terminal-text.ts";
import { onContainers } from "./container-keys.ts";
import { crumbTexts } from "./crumbs.ts";
import { screenKey } from "./keys.ts";
import { movedInList, placedList } from "./list-keys.ts";
import { scrolledLog } from "./log-keys.ts";
import { moved } from "./object-keys.ts";
import { columnNames } from "./shown-table.ts";
import { bodyHeight, currentScreen, type MouseInput, type State, step, type Step, withScreen } from "./state.ts";
import { withCursor } from "./table-cursor.ts";
import { sortedByColumn } from "./table-keys.ts";
import { COLUMN_GAP, tableLayout } from "./table-layout.ts";
import { containersOf } from "./targets.ts";

const WHEEL_LINES = 3;
/** The header of the dashboard, and that of the table. */
const FIRST_ROW = 2;

/** What the mouse does: the wheel scrolls, a click chooses, one more opens; crumbs lead back, headers sort. */
export function mouseStep(state: State, mouse: MouseInput): Step {
  // Whatever is being asked is answered by keys.
  if (state.prompt) return step(state);
  switch (mouse.button) {
    case "wheelup":
      return scrolled(state, -WHEEL_LINES);
    case "wheeldown":
      return scrolled(state, WHEEL_LINES);
    case "left":
      return clicked({ ...state, notice: undefined }, mouse);
  }
}

function scrolled(state: State, by: number): Step {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "table":
      return step(withScreen(state, withCursor(screen, screen.cursor + by)));
    case "list":
      return movedInList(state, by);
    case "object":
    case "text":
    case "help":
      return moved(state, by);
    case "logs":
      return scrolledLog(state, by);
    case "containers":
      return onContainers(state, (each) => ({ ...each, cursor: each.cursor + by }));
    case "home":
      return screenKey(state, by > 0 ? "down" : "up");
  }
}

function clicked(state: State, { column, row }: MouseInput): Step {
  if (row === state.size.rows - 2) return step(backTo(state, column));
  const screen = currentScreen(state);
  const line = row - FIRST_ROW;
  if (line < 0) return row === 1 && screen.kind === "table" ? step(sortedAt(state, column)) : step(state);
  if (line >= bodyHeight(state)) return step(state);
  switch (screen.kind) {
    case "table": {
      const at = screen.top + line;
      if (at >= screen.shown.rows.length) return step(state);
      if (at === screen.cursor) return screenKey(state, "enter");
      return step(withScreen(state, withCursor(screen, at)));
    }
    case "list": {
      const { cursor, top } = placedList(state, screen);
      return top + line === cursor ? screenKey(state, "enter") : movedInList(state, top + line - cursor);
    }
    case "containers": {
      if (line >= containersOf(state, screen).length) return step(state);
      if (line === screen.cursor) return screenKey(state, "enter");
      return onContainers(state, (each) => ({ ...each, cursor: line }));
    }
    case "object": {
      if (screen.tab !== "related") return step(state);
      const at = screen.top + line;
      return at === screen.cursor ? screenKey(state, "enter") : moved(state, at - screen.cursor);
    }
    case "home":
    case "text":
    case "logs":
    case "help":
      return step(state);
  }
}

function backTo(state: State, column: number): State {
  let end = 1;
  for (const [at, text] of crumbTexts(state).entries()) {
    end += textWidth(text);
    if (column < end) {
      const [first, ...rest] = state.screens;
      return { ...state, screens: [first, ...rest.slice(0, at)] };
    }
    // " › "
    end += 3;
  }
  return state;
}

function sortedAt(state: State, column: number): State {
  const screen = currentScreen(state);
  if (screen.kind !== "table") return state;
  let end = 1;
  for (const { name, room } of tableLayout(screen.shown.columns, state.size.columns - 1)) {
    end += room + COLUMN_GAP.length;
    if (column < end && columnNames(screen.shown.columns).includes(name))
      return withScreen(state, sortedByColumn(screen, name));
  }
  return state;
}
