import { expect, test } from "bun:test";

import { line } from "./frame-line.ts";
import { Painter, terminalLine } from "./painter.ts";

const surface = { columns: 6, skin: "dark" } as const;

function painter() {
  const written: string[] = [];
  return { painter: new Painter((text) => written.push(text)), written };
}

test("Painter writes only the lines that changed", () => {
  const { painter: own, written } = painter();
  own.paint([line("one"), line("two")], surface);
  own.paint([line("one"), line("2")], surface);
  own.paint([line("one"), line("2")], surface);
  expect(written).toEqual([
    "\u001b[?2026h\u001b[1;1Hone   \u001b[2;1Htwo   \u001b[?2026l",
    "\u001b[?2026h\u001b[2;1H2     \u001b[?2026l",
  ]);
});

test("Painter paints all of it again after it was told to forget", () => {
  const { painter: own, written } = painter();
  own.paint([line("one")], surface);
  own.forget();
  own.paint([line("one")], surface);
  expect(written[1]).toBe(written[0] ?? "");
});

test("terminalLine fills the width, cuts what is wider, and lets nothing through that steers", () => {
  const shown = (text: string): string => Bun.stripANSI(terminalLine(line(text, "bad"), 6, "dark"));
  expect(shown("ab")).toBe("ab    ");
  expect(shown("abcdefgh")).toBe("abcde…");
  expect(shown("日本語です")).toBe("日本… ");
  expect(shown("")).toBe("      ");
  expect(terminalLine(line("\u001b[2Jx"), 6, "dark")).toBe("␛[2Jx ");
});

test("terminalLine has the colours of the skin, and none in the plain one", () => {
  expect(terminalLine(line("ab", "bad"), 2, "dark")).toBe("\u001b[31mab\u001b[22;24;39m");
  expect(terminalLine(line("ab", "good"), 2, "plain")).toBe("ab");
  expect(terminalLine({ ...line("ab"), isSelected: true }, 3, "dark")).toBe("\u001b[7mab\u001b[27m ");
});
