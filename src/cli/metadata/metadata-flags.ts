import { booleanFlag, stringFlag } from "../flags/flag.ts";
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag,
  fieldSelectorFlag,
  filenameFlags,
  selectorFlag,
} from "../flags/shared-flags.ts";
import { printFlags } from "../printers/print-flags.ts";

/** The flags that label and annotate share. */
export const metadataFlags = {
  ...printFlags,
  ...filenameFlags,
  all: booleanFlag("Select all resources, in the namespace of the specified resource types"),
  "all-namespaces": allNamespacesFlag,
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag(""),
  "field-selector": fieldSelectorFlag,
  list: booleanFlag("If true, display the labels or annotations for a given resource."),
  local: booleanFlag("If true, do NOT contact api-server but run locally."),
  overwrite: booleanFlag(
    "If true, allow values to be overwritten, otherwise reject updates that overwrite existing ones.",
  ),
  "resource-version": stringFlag(
    "If non-empty, the update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.",
  ),
  selector: selectorFlag,
};
