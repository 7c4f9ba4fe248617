import { booleanFlag, integerFlag, listFlag, stringFlag } from "./flag.ts";

/** `-f`, `-k` and `-R`. */
export const filenameFlags = {
  filename: listFlag("Filename, directory, or URL to files that contain the objects.", { short: "f" }),
  kustomize: stringFlag("Process the kustomization directory. This flag can't be used together with -f or -R.", {
    short: "k",
  }),
  recursive: booleanFlag(
    "Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.",
    { short: "R" },
  ),
};

export const selectorFlag = stringFlag(
  "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.",
  { short: "l" },
);

export const fieldSelectorFlag = stringFlag(
  "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type.",
);

export const chunkSizeFlag = integerFlag(
  "Return large lists in chunks rather than all at once. Pass 0 to disable. This flag is beta and may change in the future.",
  { default: 500 },
);

export const allNamespacesFlag = booleanFlag(
  "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.",
  { short: "A" },
);

/** Not kubectl's: for clusters that kube starts. */
export const atFlag = stringFlag(
  "Show what was there at this time (10m, 14:30, RFC 3339) or revision: see kube history.",
);

export const dryRunFlag = stringFlag(
  'Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.',
  { default: "none", bare: "unchanged" },
);

export const fieldManagerFlag = (manager: string) =>
  stringFlag("Name of the manager used to track field ownership.", { default: manager });

export const validateFlag = stringFlag(
  'Must be one of: strict (or true), warn, ignore (or false). "true" or "strict" validate the input with the server\'s help and fail the request if it is invalid.',
  { default: "strict", bare: "strict" },
);
