/** CEL counts code points, JS code units; most texts have as many of one as of the other. */
// eslint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

export function codePointCount(text: string): number {
  return ASCII.test(text) ? text.length : Array.from(text).length;
}

export const codePoints = (text: string): readonly string[] => (ASCII.test(text) ? text.split("") : Array.from(text));
