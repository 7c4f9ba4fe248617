/** What one run of a probe came to. */
export type ProbeResult =
  | { readonly outcome: "success" }
  /** As good as success, but worth an event. */
  | { readonly outcome: "warning"; readonly output: string }
  | { readonly outcome: "failure"; readonly output: string }
  /** The probe itself could not be run: this says nothing about the container. */
  | { readonly outcome: "error"; readonly output: string };

export type ProbeKind = "startup" | "liveness" | "readiness";
