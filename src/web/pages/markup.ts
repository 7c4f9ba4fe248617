import type { HtmlEscapedString } from "hono/utils/html";

/** What components make: text that is escaped where it must be. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The text of what a component made. Our components wait for nothing, so that it is there at once. */
export function markup(element: Markup): string {
  if (element instanceof Promise) throw new TypeError("A component must not be asynchronous");
  return element.toString();
}
