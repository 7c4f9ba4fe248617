import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** Where something stands in a YAML text, for messages: the line of the key or item at a path, or of the nearest thing around it. */
export function yamlLines(text: string): (path: readonly (string | number)[]) => number {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { schema: "failsafe", uniqueKeys: false, lineCounter: lines });
  return (path) => {
    let node: unknown = contents;
    let offset = contents?.range?.[0] ?? 0;
    for (const part of path) {
      const pair = isMap(node)
        ? node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(part))
        : undefined;
      const item: unknown = isSeq(node) ? node.items[Number(part)] : undefined;
      const found: unknown = pair ? pair.key : item;
      if (!found) break;
      offset = rangeStart(found) ?? offset;
      node = pair ? pair.value : item;
    }
    return lines.linePos(offset).line;
  };
}

const rangeStart = (node: unknown): number | undefined =>
  (node as { readonly range?: readonly [number, ...number[]] | null }).range?.[0];
