/** @jsxImportSource hono/jsx */
import type { SendResult } from "../send-text.ts";
import type { Markup } from "./markup.ts";

/** A form for manifests; with `of`, the address of an object, for the text of that object. */
export function ApplyPage(props: {
  text: string;
  results: readonly SendResult[];
  isForced: boolean;
  of?: string | undefined;
}): Markup {
  const { text, results, isForced, of } = props;
  const isEdit = of !== undefined;
  return (
    <>
      <h1>{isEdit ? "Edit" : "Apply YAML"}</h1>
      {results.length === 0 ? (
        ""
      ) : (
        <ul class="results">
          {results.map(({ subject, isGood, text: outcome }) => (
            <li class={isGood ? "good" : "bad"}>
              <strong>{subject}</strong> {outcome}
            </li>
          ))}
        </ul>
      )}
      <form method="post" action="/apply">
        <input type="hidden" name="way" value={isEdit ? "save" : "apply"} />
        {isEdit ? <input type="hidden" name="of" value={of} /> : ""}
        <textarea
          name="text"
          rows={28}
          spellcheck={false}
          aria-label="Manifests, one document after the other"
          placeholder={"apiVersion: v1\nkind: ConfigMap\n..."}
        >
          {/* Browsers drop the first line break of a text area. */}
          {`\n${text}`}
        </textarea>
        <p class="tabs">
          <button name="action" value="do">
            {isEdit ? "Save" : "Apply"}
          </button>
          <button name="action" value="try">
            Try without changing anything
          </button>
          {isEdit ? (
            <a href={of}>Back to the object</a>
          ) : (
            <label>
              <input type="checkbox" name="force" value="1" checked={isForced} /> take over fields that others manage
            </label>
          )}
        </p>
      </form>
    </>
  );
}
