import type { MouseInput } from "./state/state.ts";

// Without the escape character before it, which Ink takes away.
const REPORT = /^\[<(\d+);(\d+);(\d+)([Mm])$/;
const BUTTONS: Readonly<Record<string, MouseInput["button"]>> = { "0": "left", "64": "wheelup", "65": "wheeldown" };

/** What the mouse did, if the input is a report of it; `other` is a report that means nothing here. */
export function mouseInput(input: string): MouseInput | "other" | undefined {
  const report = REPORT.exec(input);
  if (!report) return undefined;
  const [, code = "", column, row, end] = report;
  const button = BUTTONS[code];
  // A button is let go as well.
  if (!button || end === "m") return "other";
  return { button, column: Number(column) - 1, row: Number(row) - 1 };
}
