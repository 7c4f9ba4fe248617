import { fitted, printable, textWidth } from "../../lib/terminal-text.ts";
import { LIST_HEADERS, listRows, placedList } from "../state/list-keys.ts";
import { bodyHeight, type ListName, type ListScreen, type State } from "../state/state.ts";
import { type FrameLine, line } from "./frame-line.ts";

const NOTHING: Readonly<Record<ListName, string>> = {
  contexts: "No contexts in the kubeconfig",
  clusters: 'No clusters of our own; "kube start" makes one',
  forwards: "No port-forwards; F on a pod opens one",
  aliases: "No resources",
};

const WIDEST = 60;

/** Contexts, clusters, port-forwards or resources: what is no table of the server. */
export function listLines(state: State, screen: ListScreen): readonly FrameLine[] {
  const rows = listRows(state, screen);
  const headers: readonly string[] = LIST_HEADERS[screen.list];
  const { cursor, top } = placedList(state, screen);
  const widths = headers.map((header, at) =>
    Math.min(WIDEST, Math.max(textWidth(header), ...(rows ?? []).map(({ cells }) => textWidth(cells[at] ?? "")))),
  );
  const cellsText = (cells: readonly string[]): string =>
    widths.map((width, at) => fitted(printable(cells[at] ?? ""), width)).join("  ");
  const empty = rows === undefined ? "Loading ..." : NOTHING[screen.list];
  const isEmpty = rows === undefined || rows.length === 0;
  return [
    line(`   ${cellsText(headers)}`, "heading"),
    ...(isEmpty ? [line(`   ${empty}`, "faint")] : []),
    ...(rows ?? []).slice(top, top + bodyHeight(state)).map(({ cells, isCurrent }, at) => ({
      spans: [{ text: isCurrent === true ? " * " : "   ", tone: "accent" as const }, { text: cellsText(cells) }],
      isSelected: top + at === cursor,
    })),
  ];
}
