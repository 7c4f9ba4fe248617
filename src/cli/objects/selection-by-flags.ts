import type { SelectionOptions } from "./select-objects.ts";

interface SelectionFlagValues {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
  readonly selector: string;
  readonly "field-selector": string;
  readonly all: boolean;
  readonly "all-namespaces": boolean;
}

/** What arguments and flags point at, for commands that can be about everything of a type, and say so by `--all`. */
export const selectionByFlags = (args: readonly string[], flags: SelectionFlagValues): SelectionOptions => ({
  args,
  filenames: flags.filename,
  kustomize: flags.kustomize,
  recursive: flags.recursive,
  labelSelector: flags.selector,
  fieldSelector: flags["field-selector"],
  all: flags.all,
  allNamespaces: flags["all-namespaces"],
  requiresNamespace: true,
});
