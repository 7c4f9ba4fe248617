const SIMPLE: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  "?": "?",
};

const ESCAPE = /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs;

/** The text of a string literal, quotes and all; an error is returned in cel-go's words. */
export function unescapeString(literal: string): string | { readonly error: string } {
  const { content, isRaw } = unquoted(literal);
  if (isRaw || !content.includes("\\")) return content;
  let error: string | undefined;
  const text = content.replaceAll(
    ESCAPE,
    (_all, octal?: string, hex?: string, short?: string, long?: string, other?: string) => {
      if (other !== undefined) return SIMPLE[other] ?? "";
      const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? "", 16) : Number.parseInt(octal, 8);
      if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
      error = "invalid unicode code point";
      return "";
    },
  );
  return error === undefined ? text : { error };
}

/** The same for a literal of bytes without its `b`: octal and hexadecimal escapes are bytes, not characters. */
export function unescapeBytes(literal: string): Uint8Array | { readonly error: string } {
  const { content, isRaw } = unquoted(literal);
  const encoder = new TextEncoder();
  if (isRaw) return encoder.encode(content);
  const parts: Uint8Array[] = [];
  let last = 0;
  for (const match of content.matchAll(ESCAPE)) {
    const [all, octal, hex, short, long, other] = match;
    if (short !== undefined || long !== undefined) return { error: "unable to unescape string" };
    parts.push(encoder.encode(content.slice(last, match.index)));
    if (octal !== undefined) parts.push(Uint8Array.of(Number.parseInt(octal, 8)));
    else if (hex !== undefined) parts.push(Uint8Array.of(Number.parseInt(hex, 16)));
    else parts.push(encoder.encode(SIMPLE[other ?? ""] ?? ""));
    last = match.index + all.length;
  }
  parts.push(encoder.encode(content.slice(last)));
  return new Uint8Array(Buffer.concat(parts));
}

function unquoted(literal: string): { readonly content: string; readonly isRaw: boolean } {
  const normalized = literal.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  const isRaw = /^[rR]/.test(normalized);
  const quoted = isRaw ? normalized.slice(1) : normalized;
  const width = quoted.length >= 6 && (quoted.startsWith("'''") || quoted.startsWith('"""')) ? 3 : 1;
  return { content: quoted.slice(width, quoted.length - width), isRaw };
}
