import { feedKey, type FeedRow } from "../../feeds/feed.ts";
import type { ObjectAddress } from "../../feeds/resource.ts";
import { usageKey } from "../../feeds/usage.ts";
import { tableNamespace, tableSelection, tableUsage } from "./screens.ts";
import { shownTable } from "./shown-table.ts";
import { bodyHeight, currentScreen, type State, type TableScreen, withScreen } from "./state.ts";

/** The state with the current table in agreement with its feed: rows, cursor by uid, and the cursor on the screen. */
export function settled(state: State): State {
  const screen = currentScreen(state);
  if (screen.kind !== "table") return state;
  const content = state.feeds[feedKey(tableSelection(state, screen))];
  const hasNamespaces = screen.resource.namespaced && tableNamespace(state, screen) === undefined;
  const measured = tableUsage(state, screen);
  const usage = measured && state.usage[usageKey(measured)];
  const shown = shownTable(screen, { content, usage, hasNamespaces });
  // Until the list is there, the cursor waits for its row.
  if (content === undefined || content.status.kind === "loading") return withScreen(state, { ...screen, shown });
  return withScreen(state, placed({ ...screen, shown }, bodyHeight(state)));
}

/** Moves the cursor to a row of the table, as far as there are rows. */
export function withCursor(screen: TableScreen, cursor: number): TableScreen {
  const at = Math.max(0, Math.min(cursor, screen.shown.rows.length - 1));
  return { ...screen, cursor: at, cursorUid: screen.shown.rows[at]?.uid };
}

function placed(screen: TableScreen, height: number): TableScreen {
  const { rows } = screen.shown;
  const found =
    rows[screen.cursor]?.uid === screen.cursorUid ? screen.cursor : rows.findIndex(hasUid(screen.cursorUid));
  const { cursor, cursorUid } = withCursor(screen, found < 0 ? screen.cursor : found);
  const lowest = Math.max(0, rows.length - height);
  const top = Math.max(Math.min(screen.top, cursor, lowest), cursor - height + 1, 0);
  return { ...screen, cursor, cursorUid, top };
}

const hasUid =
  (uid: string | undefined) =>
  (row: FeedRow): boolean =>
    row.uid === uid;

export function cursorRow(screen: TableScreen): FeedRow | undefined {
  return screen.shown.rows[screen.cursor];
}

/** What an action is for: the marked objects, or else the one under the cursor. */
export function targetsOf(screen: TableScreen): readonly ObjectAddress[] {
  // Asked after every event: without marks there is no need to look at all rows.
  const marked = screen.marks.size === 0 ? [] : screen.shown.rows.filter(({ uid }) => screen.marks.has(uid));
  const row = cursorRow(screen);
  return (marked.length > 0 ? marked : row ? [row] : []).map((each) => rowAddress(screen, each));
}

export function rowAddress({ resource }: Pick<TableScreen, "resource">, { name, namespace }: FeedRow): ObjectAddress {
  return { resource, namespace, name };
}
