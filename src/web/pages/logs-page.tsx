/** @jsxImportSource hono/jsx */

import { logHref } from "../addresses.ts";
import type { Markup } from "./markup.ts";

export interface LogChoice {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly isPrevious: boolean;
}

/** The log of one container; its lines come through the page's stream. */
export function LogsPage({ choice, containers }: { choice: LogChoice; containers: readonly string[] }): Markup {
  const { namespace, pod, container, isPrevious } = choice;
  return (
    <>
      <div class="heading">
        <h1>Log of {pod}</h1>
        <span>in {namespace}</span>
        <label class="filter">
          <input type="search" id="line-filter" placeholder="lines with ..." aria-label="Only lines with" />
        </label>
        <label>
          <input type="checkbox" id="timestamps" /> times
        </label>
        <label>
          <input type="checkbox" id="wrap" checked /> wrap
        </label>
      </div>
      <div class="tabs">
        {containers.map((name) => (
          <a
            href={logHref(namespace, pod, { container: name })}
            aria-current={name === container && !isPrevious ? "page" : undefined}
          >
            {name}
          </a>
        ))}
        <a href={logHref(namespace, pod, { container, previous: "1" })} aria-current={isPrevious ? "page" : undefined}>
          previous run of {container}
        </a>
      </div>
      <pre id="log" class="log wraps" tabindex={0}></pre>
    </>
  );
}
