/** The parts of a path; a backslash before the separator makes it part of a name. */
export function splitPath(path: string, separator: string): readonly string[] {
  const pieces = path.split(separator);
  if (pieces.length > 1 && pieces[0] === "") pieces.shift();
  const parts: string[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.endsWith("\\")) parts[parts.length - 1] = `${last.slice(0, -1)}${separator}${piece}`;
    else parts.push(piece);
  }
  return parts;
}

/** As `splitPath`, with `[name=a.b]` and `[a.b]` in one piece. */
export function splitBracketedPath(path: string, separator: string): readonly string[] {
  const pieces = splitPath(path, separator);
  const parts: string[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] ?? "";
    if (!piece.startsWith("[") || piece.endsWith("]")) {
      parts.push(piece);
      continue;
    }
    const bracketed = [piece];
    while (at < pieces.length - 1) {
      at++;
      bracketed.push(pieces[at] ?? "");
      if (pieces[at]?.endsWith("]")) break;
    }
    const text = bracketed.join(separator);
    parts.push(text.includes("=") ? text : text.replaceAll(/^[[\]]+|[[\]]+$/g, ""));
  }
  return parts;
}
