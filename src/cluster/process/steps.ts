/**
 * Starting is a list of named steps, each timed and told as it begins and ends, so that a start that hangs or fails says where.
 */
export interface StepReport {
  readonly step: string;
  readonly state: "started" | "done" | "failed";
  /** Milliseconds the step took; on `done` and `failed`. */
  readonly ms?: number;
  readonly message?: string;
  /** What the user can do about a failure. */
  readonly hint?: string;
}

export type StepListener = (report: StepReport) => void;

/** Runs `work` as the step `name`, and tells `listener`. */
export async function step<T>(name: string, listener: StepListener, work: () => Promise<T> | T): Promise<T> {
  const begin = performance.now();
  listener({ step: name, state: "started" });
  const ms = (): number => Math.round(performance.now() - begin);
  try {
    const result = await work();
    listener({ step: name, state: "done", ms: ms() });
    return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof Error && "hint" in error && typeof error.hint === "string" ? { hint: error.hint } : {};
    listener({ step: name, state: "failed", ms: ms(), message, ...hint });
    throw error;
  }
}
