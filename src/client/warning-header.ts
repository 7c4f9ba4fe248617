const WARNING = /\d{3} (?:"(?:[^"\\]|\\.)*"|\S+) "((?:[^"\\]|\\.)*)"(?: "[^"]*")?/g;

/** The texts of a Warning header (RFC 7234, section 5.5), which may hold several. */
export function warningTexts(header: string): readonly string[] {
  return [...header.matchAll(WARNING)].map(([, text = ""]) => text.replaceAll(/\\(.)/g, "$1"));
}
