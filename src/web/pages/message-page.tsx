/** @jsxImportSource hono/jsx */
import type { Markup } from "./markup.ts";

/** A page for those who may see nothing of the cluster, or for whom there is nothing to see. */
export function MessagePage({ title, text }: { title: string; text: string }): Markup {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
      </head>
      <body>
        <h1>{title}</h1>
        <p>{text}</p>
      </body>
    </html>
  );
}
