import type { Output } from "../support/run.ts";

/** What may differ in any line: our name, times, and what kubectl logs about itself. */
export function normalized({ stdout, stderr, exitCode }: Output): Output {
  return { stdout: neutral(stdout), stderr: neutral(stderr), exitCode };
}

function neutral(text: string): string {
  return (
    text
      .replaceAll(/(?:\/\S*\/)?\bkubectl(?:\.1\.\d+)?(?= |'|"|`|\.?$|\n)/gm, "kube")
      .replaceAll(/^[EWI]\d{4} .*\n/gm, "")
      .replaceAll(/^Error: /gm, "error: ")
      // Ages, durations and times, with the spaces that align what comes behind them.
      .replaceAll(/\b\d+(?:h\d+m|m\d+s|d\d+h|[dhms])(?: ago)?\b(?: {2,})?/g, "<time> ")
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<timestamp>")
      .replaceAll(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<timestamp>")
      .replaceAll(/\b(?:kube|real)-ns\b/g, "NS")
      .replaceAll(/\/tmp\/[\w./-]*/g, "<path>")
      // Tokens are signed anew each time.
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>")
  );
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A list of objects without what no two objects can have in common. */
export function normalizedObjects(text: string, namespace: string): unknown {
  // The program's own output.
  const { items } = JSON.parse(text.replaceAll(namespace, "NS")) as { readonly items: readonly Json[] };
  return items.map((item) => bare(item));
}

const OWN = new Set(["uid", "resourceVersion", "creationTimestamp", "clusterIP", "clusterIPs", "status", "generation"]);

function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => !OWN.has(key) && !key.endsWith("restartedAt"));
  return Object.fromEntries(kept.map(([key, inner]) => [key, key === LAST_APPLIED ? content(inner) : bare(inner)]));
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Where a command made the object itself, kubectl writes the annotation in the order of Go's fields, without empty ones; before 1.34 with a
 * creationTimestamp that is null.
 */
function content(annotation: Json): Json {
  const text =
    typeof annotation === "string"
      ? annotation.replaceAll(/"annotations":\{\},|"creationTimestamp":null,|,"creationTimestamp":null/g, "")
      : "null";
  // The programs' own output.
  return JSON.parse(text) as Json;
}
