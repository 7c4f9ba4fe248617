import { feedKey, type FeedContent } from "../../feeds/feed.ts";
import { shownObject } from "../../feeds/shown-object.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { fitted, plainLine, printable, wrapped, wrappedAtWords } from "../../lib/terminal-text.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { appliedDiff } from "./applied-diff.ts";
import { type RelatedLine, relatedTree } from "./related-tree.ts";
import { eventsSelection, objectSelection } from "./screens.ts";
import { cellOf } from "./shown-table.ts";
import type { ObjectScreen, ObjectText, State, TextScreen } from "./state.ts";
import { textKey } from "./subscriptions.ts";

export interface ObjectLine {
  readonly text: string;
  readonly tone: "plain" | "heading" | "bad" | "faint" | "good" | "pending";
  /** What Enter opens. */
  readonly target?: RelatedLine["target"];
}

/** The text of the view of an object, whole, in lines as wide as the screen where they are wrapped. */
export function objectLines(state: State, screen: ObjectScreen): readonly ObjectLine[] {
  const lines = wholeLines(state, screen);
  // A line of the tree is one object.
  if (!screen.isWrapped || screen.tab === "related") return lines;
  const wrap = screen.tab === "yaml" || screen.tab === "diff" ? wrapped : wrappedAtWords;
  return lines.flatMap((each) => wrap(each.text, state.size.columns).map((text) => ({ ...each, text })));
}

function wholeLines(state: State, screen: ObjectScreen): readonly ObjectLine[] {
  const content = state.feeds[feedKey(objectSelection(screen.address))];
  const object = content?.rows[0]?.object;
  if (!content || content.status.kind === "loading") return [faint("Loading ...")];
  if (content.status.kind === "refused") return [{ text: printable(content.status.error), tone: "bad" }];
  switch (screen.tab) {
    case "yaml":
      return object ? yamlLines(object, screen) : [faint("The object is gone")];
    case "diff":
      return object ? diffLines(object, screen) : [faint("The object is gone")];
    case "events": {
      const selection = eventsSelection(state, screen);
      return eventLines(selection && state.feeds[feedKey(selection)], state.now);
    }
    case "related":
      return relatedTree(state, screen).map(treeLine);
    case "describe":
    case "why":
    case "history":
      return object ? commandLines(state.texts[textKey(screen)], screen) : [faint("The object is gone")];
  }
}

function commandLines(content: ObjectText | undefined, { tab }: ObjectScreen): readonly ObjectLine[] {
  if (!content) return [faint("Loading ...")];
  const tone = (text: string): ObjectLine["tone"] =>
    content.isProblem ? "bad" : tab === "history" ? diffTone(text.trimStart()) : "plain";
  return textLines(content.text).map((text) => ({ text, tone: tone(text) }));
}

const textLines = (text: string): readonly string[] => text.trimEnd().split("\n").map(plainLine);

/** What a command wrote, in lines as wide as the screen where they are wrapped. */
export function textScreenLines({ size }: State, { text, isWrapped }: TextScreen): readonly string[] {
  const lines = textLines(text);
  return isWrapped ? lines.flatMap((each) => wrappedAtWords(each, size.columns)) : lines;
}

function diffLines(object: JsonObject, screen: ObjectScreen): readonly ObjectLine[] {
  if (object["kind"] === "Secret" && !screen.showsSecrets) return [faint("Hidden, as this is a Secret: x shows it")];
  const diff = appliedDiff(object);
  if (diff === undefined) return [faint("Nothing was applied to this object with kubectl apply")];
  if (diff === "") return [faint("As it was applied")];
  return textLines(diff).map((text) => ({ text, tone: diffTone(text) }));
}

function diffTone(line: string): ObjectLine["tone"] {
  if (line.startsWith("@@")) return "heading";
  return line.startsWith("+") ? "good" : line.startsWith("-") ? "bad" : "plain";
}

function treeLine({ depth, heading, text, tone, target }: RelatedLine): ObjectLine {
  const branch = depth === 0 ? "" : `${"   ".repeat(depth - 1)}└─ `;
  return { text: ` ${branch}${heading === undefined ? "" : `${heading}: `}${printable(text)}`, tone, target };
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
  const texts = content.rows.map((row) => columns.map((column) => cellOf(row, column, { now })));
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

const faint = (text: string): ObjectLine => ({ text, tone: "faint" });
