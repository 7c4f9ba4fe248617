const MIN_WIDTH = 6;
const PADDING = 3;

/**
 * Aligns cells that tabs end, as Go's text/tabwriter does with kubectl's settings. Widths are remembered from one flush to
 * the next, so that rows of a watch line up with those that were printed before, unless that is switched off.
 */
export class TabWriter {
  #text = "";
  #remembered: number[] = [];
  readonly #write: (text: string) => void;
  readonly #minWidth: number;
  readonly #padding: number;
  readonly #remembersWidths: boolean;

  constructor(write: (text: string) => void, { minWidth = MIN_WIDTH, padding = PADDING, remembersWidths = true } = {}) {
    this.#write = write;
    this.#minWidth = minWidth;
    this.#padding = padding;
    this.#remembersWidths = remembersWidths;
  }

  write(text: string): void {
    this.#text += text;
  }

  flush(): void {
    if (this.#text === "") return;
    const endsLine = this.#text.endsWith("\n");
    const lines = (endsLine ? this.#text.slice(0, -1) : this.#text).split("\n").map((line) => line.split("\t"));
    const out: string[] = lines.map(() => "");
    this.#format(lines, out, 0, 0, lines.length);
    this.#text = "";
    this.#write(out.join("\n") + (endsLine ? "\n" : ""));
  }

  forgetWidths(): void {
    this.#remembered = [];
  }

  /** A column is a run of lines that have a cell at its place; each run gets a width of its own. */
  #format(lines: readonly (readonly string[])[], out: string[], column: number, from: number, to: number): void {
    const hasCell = (line: number): boolean => column < (lines[line]?.length ?? 0) - 1;
    for (let at = from; at < to;) {
      if (!hasCell(at)) {
        out[at] += lines[at]?.[column] ?? "";
        at++;
        continue;
      }
      let end = at;
      while (end < to && hasCell(end)) end++;
      const width = this.#columnWidth(lines.slice(at, end), column);
      for (let line = at; line < end; line++) out[line] += padded(lines[line]?.[column] ?? "", width);
      this.#format(lines, out, column + 1, at, end);
      at = end;
    }
  }

  #columnWidth(lines: readonly (readonly string[])[], column: number): number {
    const widest = Math.max(this.#minWidth, ...lines.map((cells) => widthOf(cells[column] ?? "") + this.#padding));
    const width = Math.max(widest, this.#remembered[column] ?? 0);
    if (this.#remembersWidths) this.#remembered[column] = width;
    return width;
  }
}

const widthOf = (cell: string): number => Array.from(cell).length;

const padded = (cell: string, width: number): string => cell + " ".repeat(Math.max(0, width - widthOf(cell)));
