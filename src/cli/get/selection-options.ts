import type { SelectionOptions } from "../objects/select-objects.ts";
import type { GetFlagValues } from "./get-flags.ts";

/** What get's arguments and flags point at, for listing and for watching. */
export function selectionOptions({ args, flags }: { args: readonly string[]; flags: GetFlagValues }): SelectionOptions {
  return {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    fieldSelector: flags["field-selector"],
    allNamespaces: flags["all-namespaces"],
    allowsTypesAlone: true,
    requiresNamespace: !flags["all-namespaces"],
  };
}
