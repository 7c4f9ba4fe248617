import { expect, test } from "bun:test";

import { aPodRow, podTable, tableOf, typed } from "../test-state.ts";
import { currentScreen, type MouseInput, type State } from "./state.ts";
import { update } from "./update.ts";

const table = podTable(Array.from({ length: 30 }, (_, at) => aPodRow(`web-${String(at).padStart(2, "0")}`)));

const moused = (state: State, button: MouseInput["button"], column: number, row: number): State =>
  update(state, { type: "mouse", mouse: { button, column, row } }).state;

test("a click chooses a row, one more opens it", () => {
  const chosen = moused(table, "left", 5, 4);
  expect(tableOf(chosen).cursor).toBe(2);
  expect(currentScreen(moused(chosen, "left", 5, 4))).toMatchObject({ kind: "containers", pod: { name: "web-02" } });
});

test("the wheel moves by three rows", () => {
  expect(tableOf(moused(table, "wheeldown", 0, 5)).cursor).toBe(3);
  expect(tableOf(moused(moused(table, "wheeldown", 0, 5), "wheelup", 0, 5)).cursor).toBe(0);
});

test("a click on a header sorts by its column, one more turns the order", () => {
  const sorted = moused(table, "left", 10, 1);
  expect(tableOf(sorted).sort).toEqual({ column: "Ready", isDescending: false });
  expect(tableOf(moused(sorted, "left", 10, 1)).sort).toEqual({ column: "Ready", isDescending: true });
});

test("a click on a crumb goes back to it", () => {
  const deep = typed(table, "d");
  expect(currentScreen(moused(deep, "left", 9, deep.size.rows - 2)).kind).toBe("table");
  expect(currentScreen(moused(deep, "left", 2, deep.size.rows - 2)).kind).toBe("home");
});

test("a click where nothing is changes nothing, nor does any while something is asked", () => {
  const few = podTable([aPodRow("one")]);
  expect(tableOf(moused(few, "left", 3, 6))).toEqual(tableOf(few));
  const asked = typed(table, "ctrl-d");
  expect(moused(asked, "left", 5, 6)).toEqual(asked);
});
