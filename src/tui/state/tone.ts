/** What a piece of text means; the skin says how that looks. */
export type Tone = "plain" | "strong" | "faint" | "heading" | "good" | "pending" | "bad" | "leaving" | "accent" | "key";
