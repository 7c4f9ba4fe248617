import { TabWriter } from "../printers/tab-writer.ts";

const PADDING = 2;
const INDENT = "  ";

/** Text that is built line by line; cells are aligned as kubectl describe aligns them. */
export class DescribeText {
  #text = "";

  /** A line of cells, indented by two spaces for each level. */
  line(level: number, ...cells: readonly (string | number | boolean)[]): void {
    this.#text += `${INDENT.repeat(level)}${cells.join("\t")}\n`;
  }

  /** The lines one below the other, all in the column behind `title`. */
  multiline(level: number, title: string, lines: readonly string[]): void {
    const [first = "<none>", ...rest] = lines;
    this.line(level, title, first);
    for (const each of rest) this.line(level, "", each);
  }

  /** With tabs in place of the alignment: rollout shows templates so. */
  get unaligned(): string {
    return this.#text;
  }

  toString(): string {
    let out = "";
    const writer = new TabWriter((text) => (out += text), { minWidth: 0, padding: PADDING, remembersWidths: false });
    // A control character could steer the terminal.
    writer.write(this.#text.replaceAll("\u001b", "^[").replaceAll("\r", "\\r"));
    writer.flush();
    return out;
  }
}
