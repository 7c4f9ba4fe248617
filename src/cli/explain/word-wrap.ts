/** Breaks lines between words, so that none but those of one long word is longer than `limit`. Other spaces stay. */
export function wordWrapped(text: string, limit: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, limit))
    .join("\n");
}

/** A no-break space is part of a word. */
const WORD = /([^\S\u00a0]*)((?:\S|\u00a0)*)/gu;

function wrappedLine(line: string, limit: number): string {
  let text = "";
  let length = 0;
  for (const [, space = "", word = ""] of line.matchAll(WORD)) {
    const wordLength = Array.from(word).length;
    // A word that fills a line by itself still begins a new one: Kubernetes does this too (mitchellh/go-wordwrap).
    const fits = length + space.length + Math.min(wordLength, limit - 1) <= limit;
    if (fits) {
      text += space + word;
      length += space.length + wordLength;
    } else if (word !== "") {
      text += `\n${word}`;
      length = wordLength;
    }
  }
  return text;
}
