import { feedKey, type FeedContent } from "../../feeds/feed.ts";
import { isOwnedBy, ownedSelections } from "../../feeds/owned-resources.ts";
import { shownObject } from "../../feeds/shown-object.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { fitted, plainLine, printable } from "../../lib/terminal-text.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { eventsSelection, objectSelection } from "./screens.ts";
import { cellOf } from "./shown-table.ts";
import type { ObjectScreen, State } from "./state.ts";

export interface ObjectLine {
  readonly text: string;
  readonly tone: "plain" | "heading" | "bad" | "faint";
}

/** The text of the view of an object, whole. */
export function objectLines(state: State, screen: ObjectScreen): readonly ObjectLine[] {
  const content = state.feeds[feedKey(objectSelection(screen.address))];
  const object = content?.rows[0]?.object;
  if (!content || content.status.kind === "loading") return [faint("Loading ...")];
  if (content.status.kind === "refused") return [{ text: printable(content.status.error), tone: "bad" }];
  switch (screen.tab) {
    case "yaml":
      return object ? yamlLines(object, screen) : [faint("The object is gone")];
    case "events": {
      const selection = eventsSelection(state, screen);
      return eventLines(selection && state.feeds[feedKey(selection)], state.now);
    }
    case "related":
      return relatedLines(state, screen, object ?? {});
  }
}

function yamlLines(object: JsonObject, screen: ObjectScreen): readonly ObjectLine[] {
  return yamlText(shownObject(object, screen))
    .trimEnd()
    .split("\n")
    .map((line) => ({ text: plainLine(line), tone: "plain" }));
}

function eventLines(content: FeedContent | undefined, now: number): readonly ObjectLine[] {
  if (!content || content.status.kind === "loading") return [faint("Loading ...")];
  if (content.rows.length === 0) return [faint("No events")];
  const columns = content.columns.map((column, at) => ({ ...column, at })).filter(({ priority }) => priority === 0);
  const texts = content.rows.map((row) => columns.map((column) => cellOf(row, column, now)));
  const widths = columns.map(({ name }, at) =>
    Math.max(name.length, ...texts.map((cells) => Bun.stringWidth(cells[at] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => fitted(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    { text: line(columns.map(({ name }) => name.toUpperCase())), tone: "heading" },
    ...texts.map((cells) => ({
      text: line(cells),
      tone: cells.includes("Warning") ? ("bad" as const) : ("plain" as const),
    })),
  ];
}

function relatedLines(state: State, screen: ObjectScreen, object: JsonObject): readonly ObjectLine[] {
  const owners = objectsIn(objectIn(object, "metadata"), "ownerReferences").map((owner) =>
    plain(`  ${textIn(owner, "kind")}/${textIn(owner, "name")}`),
  );
  const owned = ownedSelections(state.resources, screen.address).flatMap((selection) =>
    (state.feeds[feedKey(selection)]?.rows ?? [])
      .filter((row) => isOwnedBy(row.object, screen.uid))
      .map((row) => plain(`  ${selection.resource.kind}/${row.name}  ${row.cells.slice(1).join("  ")}`)),
  );
  return [
    { text: "Owned by", tone: "heading" },
    ...(owners.length > 0 ? owners : [faint("  nobody")]),
    { text: `${screen.address.resource.kind}/${screen.address.name} owns`, tone: "heading" },
    ...(owned.length > 0 ? owned : [faint("  nothing")]),
  ];
}

const plain = (text: string): ObjectLine => ({ text: printable(text), tone: "plain" });
const faint = (text: string): ObjectLine => ({ text, tone: "faint" });
