/** What is known of a trouble: in plain words why something does not work, and what to try. */
export interface Finding {
  /** A name for programs, which does not change: `ImagePullFailed`. */
  readonly code: string;
  /**
   * `error`: it will not get well by itself. `waiting`: it is on its way. `note`: good to know, and not wrong.
   * `symptom`: wrong, and only worth telling when no cause was found.
   */
  readonly severity: "error" | "symptom" | "waiting" | "note";
  /** One sentence without its full stop. Names neither the object nor its siblings, so that equal troubles are told once. */
  readonly problem: string;
  /** What shows it: messages, answers, lines of a log. */
  readonly evidence: readonly string[];
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  readonly text: string;
  /** To copy into a shell. */
  readonly command?: string;
}

interface FindingParts {
  readonly evidence?: readonly (string | undefined)[];
  readonly remedies?: readonly Remedy[];
}

function finding(severity: Finding["severity"]) {
  return (code: string, problem: string, { evidence = [], remedies = [] }: FindingParts = {}): Finding => ({
    code,
    severity,
    problem,
    evidence: evidence.filter((text): text is string => text !== undefined && text !== ""),
    remedies,
  });
}

export const wrong = finding("error");
export const symptom = finding("symptom");
export const waiting = finding("waiting");
export const note = finding("note");

/** A remedy that is a command in the namespace of what is wrong. */
export function run(text: string, command: string, namespace?: string): Remedy {
  if (namespace === undefined || namespace === "") return { text, command };
  // What follows "--" belongs to another program.
  const [own = "", ...others] = command.split(" -- ");
  return { text, command: [`${own} -n ${namespace}`, ...others].join(" -- ") };
}

export const advice = (text: string): Remedy => ({ text });
