import type { ShownColumn } from "./state.ts";

const GAP = 2;
const NARROWEST = 4;

export interface LaidOutColumn extends ShownColumn {
  /** Cells of the screen, without the gap that follows. */
  readonly room: number;
}

/** Columns in the room there is: the widest give way first; what still does not fit is left out at the right. */
export function tableLayout(columns: readonly ShownColumn[], width: number): readonly LaidOutColumn[] {
  const rooms = columns.map(({ width: wanted }) => wanted);
  let excess = rooms.reduce((sum, room) => sum + room + GAP, -GAP) - width;
  while (excess > 0) {
    const widest = Math.max(...rooms);
    if (widest <= NARROWEST * 2) break;
    const at = rooms.indexOf(widest);
    const next = Math.max(NARROWEST * 2, ...rooms.filter((_, index) => index !== at).filter((room) => room < widest));
    const less = Math.min(excess, Math.max(1, widest - next));
    rooms[at] = widest - less;
    excess -= less;
  }
  let used = 0;
  return columns.flatMap((column, at) => {
    const room = Math.min(rooms[at] ?? 0, width - used);
    used += (rooms[at] ?? 0) + GAP;
    return room >= NARROWEST || (at === 0 && room > 0) ? [{ ...column, room }] : [];
  });
}

export const COLUMN_GAP = " ".repeat(GAP);
