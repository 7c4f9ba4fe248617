/** Why a file is opened again: a line, and what belongs to it. */
export interface EditReason {
  readonly head: string;
  readonly details: readonly string[];
}

const INTRODUCTION = {
  object: `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`,
  "last-applied": `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`,
};

/** What stands above the object in the editor. */
export function editHeader(subject: keyof typeof INTRODUCTION, reasons: readonly EditReason[]): string {
  const shown = reasons.map(({ head, details }) =>
    [
      `# ${commented(head)}${details.length > 0 ? ":" : ""}\n`,
      ...details.map((detail) => `# * ${commented(detail)}\n`),
      "#\n",
    ].join(""),
  );
  return INTRODUCTION[subject] + shown.join("");
}

const commented = (text: string): string => text.replaceAll(/\n(?=[^#])/g, "\n# ");

export function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join("\n");
}

export const hasContent = (text: string): boolean => text.split("\n").some((line) => /^\s*[^\s#]/.test(line));
