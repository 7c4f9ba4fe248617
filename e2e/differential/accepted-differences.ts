import type { Output } from "../support/run.ts";

interface Accepted {
  readonly line: RegExp;
  /** What is not compared. */
  readonly ignores: readonly (keyof Output)[];
  readonly reason: string;
}

/** Where kube says something else than kubectl, and why that is as it should be. */
const ACCEPTED: readonly Accepted[] = [
  {
    line: /^(set|config|create service|create secret|certificate|auth|top|plugin|kuberc)$/,
    ignores: ["stdout", "stderr"],
    reason: "The help of a command is kube's own, with its own examples",
  },
  {
    line: /^rollout$/,
    ignores: ["stdout", "stderr"],
    reason: "The help of a line that fails goes to the standard error, as kubectl does everywhere else",
  },
  {
    line: /^config (use-context|set|unset|set-cluster|set-credentials)$/,
    ignores: ["stdout"],
    reason: "kubectl shows the help of these commands in front of the error",
  },
  {
    line: /broken\.yaml/,
    ignores: ["stderr"],
    reason: "kube names line and column of what is wrong in a YAML text",
  },
  {
    line: /^options/,
    ignores: ["stdout"],
    reason: "The flags of a program that caches nothing differ a little",
  },
  {
    line: /^api-resources -o json$/,
    ignores: ["stdout"],
    reason: "kube shows the singular name that it takes a resource by where the server tells none",
  },
  {
    line: /^delete$/,
    ignores: ["stderr"],
    reason: "Without any object, kube delete is about the local cluster",
  },
  {
    line: /^explain pods --output=plaintext-openapiv2$/,
    ignores: ["stdout"],
    reason: "kube has one layout of plain text, that of OpenAPI v3",
  },
  {
    line: /^set (image|env|resources|serviceaccount|selector) .* --local /,
    ignores: ["stdout"],
    reason: "kubectl prints empty fields that Go's types have and the file has not",
  },
  {
    line: /^describe (ns|limits defaults -n team)$/,
    ignores: ["stdout"],
    reason: "kubectl shows the limits of a range in the order of a Go map, which changes",
  },
  {
    line: /^auth reconcile -f binding.yaml --dry-run=client/,
    ignores: ["stderr"],
    reason: "In a dry run kubectl looks for objects in no namespace and finds none",
  },
  {
    line: /^nope$/,
    ignores: ["stderr"],
    reason: "What may have been meant includes commands that only kube has",
  },
  {
    line: /^version/,
    ignores: ["stdout"],
    reason: "kube has a version of its own",
  },
];

interface Acceptance {
  applied(output: Output): Partial<Output>;
}

function acceptance(text: string): Acceptance {
  const ignored = new Set(ACCEPTED.filter(({ line }) => line.test(text)).flatMap(({ ignores }) => ignores));
  return {
    applied: (output) =>
      Object.fromEntries(
        Object.entries(output).filter(([key]) => !ignored.has(key as keyof Output)),
      ) as Partial<Output>,
  };
}

/** What of a line's output is compared; `unused` names the reasons that no line needs. */
export const acceptedDifference = Object.assign(acceptance, {
  unused: (texts: readonly string[]): readonly string[] =>
    ACCEPTED.filter(({ line }) => !texts.some((text) => line.test(text))).map(({ reason }) => reason),
});
