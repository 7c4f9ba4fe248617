/** A row of a table as markup, under a name that stays the same while it changes. */
export interface MarkedRow {
  readonly id: string;
  readonly html: string;
}

/** What turns the rows a browser shows into those there are now. */
export interface RowChanges {
  readonly removed: readonly string[];
  /** From the last to the first: where `before` is shown already when its turn comes. Null: at the end. */
  readonly placed: readonly { readonly id: string; readonly html: string; readonly before: string | null }[];
}

/** What has to be sent to somebody who was told `shown`. Rows that stay as they are must be in the same order in both. */
export function rowChanges(shown: ReadonlyMap<string, string>, rows: readonly MarkedRow[]): RowChanges {
  const present = new Set(rows.map(({ id }) => id));
  const removed = [...shown.keys()].filter((id) => !present.has(id));
  const placed: RowChanges["placed"][number][] = [];
  let before: string | null = null;
  for (const { id, html } of rows.toReversed()) {
    if (shown.get(id) !== html) placed.push({ id, html, before });
    before = id;
  }
  return { removed, placed };
}
