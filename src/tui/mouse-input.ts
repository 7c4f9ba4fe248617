import type { MouseInput } from "./state/state.ts";

// oxlint-disable-next-line no-control-regex -- reports begin with the escape character
const REPORTS = /\u001b\[<(\d+);(\d+);(\d+)([Mm])/g;
// oxlint-disable-next-line no-control-regex -- the same
const BEGUN = /\u001b\[<[\d;]*$/;
const BUTTONS: Readonly<Record<string, MouseInput["button"]>> = { "0": "left", "64": "wheelup", "65": "wheeldown" };

export interface SplitInput {
  /** What is left for the keys. */
  readonly text: string;
  readonly mouse: readonly MouseInput[];
  /** The beginning of a report whose end has not come yet. */
  readonly begun: string;
}

/** Takes the reports of a mouse out of what a terminal sent. */
export function splitInput(input: string): SplitInput {
  const begun = BEGUN.exec(input)?.[0] ?? "";
  const whole = begun === "" ? input : input.slice(0, -begun.length);
  const mouse = [...whole.matchAll(REPORTS)].flatMap(([, code = "", column, row, end]) => {
    const button = BUTTONS[code];
    // A button is let go as well.
    return button && end === "M" ? [{ button, column: Number(column) - 1, row: Number(row) - 1 }] : [];
  });
  return { text: whole.replaceAll(REPORTS, ""), mouse, begun };
}

/** The terminal's input without its reports of the mouse, which Ink throws away unread. */
export function withoutMouse(stdin: NodeJS.ReadStream, onMouse: (mouse: MouseInput) => void): NodeJS.ReadStream {
  let begun = "";
  const read = (): string | null => {
    // Ink has set an encoding: what is read is text.
    const chunk = stdin.read() as string | null;
    if (chunk === null) return null;
    const split = splitInput(begun + chunk);
    begun = split.begun;
    for (const each of split.mouse) onMouse(each);
    return split.text;
  };
  return new Proxy(stdin, {
    get(target, name) {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
