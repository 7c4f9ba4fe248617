import type { ReactElement } from "react";

import { fitted, printable, textWidth } from "../../lib/terminal-text.ts";
import { LIST_HEADERS, listRows, placedList } from "../state/list-keys.ts";
import { bodyHeight, type ListName, type ListScreen, type State } from "../state/state.ts";
import { clippedSpans, Line } from "./line.tsx";

const NOTHING: Readonly<Record<ListName, string>> = {
  contexts: "No contexts in the kubeconfig",
  clusters: 'No clusters of our own; "kube start" makes one',
  forwards: "No port-forwards; F on a pod opens one",
  aliases: "No resources",
};

const WIDEST = 60;

/** Contexts, clusters, port-forwards or resources: what is no table of the server. */
export function ListView({ state, screen }: { state: State; screen: ListScreen }): ReactElement {
  const rows = listRows(state, screen);
  const headers: readonly string[] = LIST_HEADERS[screen.list];
  const { cursor, top } = placedList(state, screen);
  const widths = headers.map((header, at) =>
    Math.min(WIDEST, Math.max(textWidth(header), ...(rows ?? []).map(({ cells }) => textWidth(cells[at] ?? "")))),
  );
  const line = (cells: readonly string[]): string =>
    widths.map((width, at) => fitted(printable(cells[at] ?? ""), width)).join("  ");
  const empty = rows === undefined ? "Loading ..." : NOTHING[screen.list];
  return (
    <>
      <Line spans={clippedSpans([{ text: `   ${line(headers)}`, tone: "heading" }], state.size.columns)} />
      {rows === undefined || rows.length === 0 ? <Line spans={[{ text: `   ${empty}`, tone: "faint" }]} /> : null}
      {(rows ?? []).slice(top, top + bodyHeight(state)).map(({ key, cells, isCurrent }, at) => (
        <Line
          key={key}
          isSelected={top + at === cursor}
          spans={clippedSpans(
            [{ text: isCurrent === true ? " * " : "   ", tone: "accent" }, { text: line(cells) }],
            state.size.columns,
          )}
        />
      ))}
    </>
  );
}
