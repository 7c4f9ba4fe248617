import { booleanFlag, durationFlag, integerFlag, stringFlag } from "../flags/flag.ts";
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldSelectorFlag,
  filenameFlags,
  selectorFlag,
} from "../flags/shared-flags.ts";

export const deleteFlags = {
  ...filenameFlags,
  all: booleanFlag(
    "Delete all resources, in the namespace of the specified resource types; without a type, every cluster of this machine.",
  ),
  "all-namespaces": allNamespacesFlag,
  cascade: stringFlag(
    'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController).',
    { default: "background", bare: "background" },
  ),
  "dry-run": dryRunFlag,
  "field-selector": fieldSelectorFlag,
  force: booleanFlag(
    "If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation.",
  ),
  "grace-period": integerFlag(
    "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Set to 1 for immediate shutdown. Can only be set to 0 when --force is true (force deletion).",
    { default: -1 },
  ),
  "ignore-not-found": booleanFlag(
    'Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.',
  ),
  interactive: booleanFlag("If true, delete resource only when user confirms.", { short: "i" }),
  now: booleanFlag("If true, resources are signaled for immediate shutdown (same as --grace-period=1)."),
  output: stringFlag('Output mode. Use "-o name" for shorter output (resource/name).', { short: "o" }),
  raw: stringFlag("Raw URI to DELETE to the server.  Uses the transport specified by the kubeconfig file."),
  selector: selectorFlag,
  timeout: durationFlag(
    "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
  ),
  wait: booleanFlag("If true, wait for resources to be gone before returning. This waits for finalizers.", {
    default: true,
  }),
  name: stringFlag("Without a resource: the cluster to delete."),
  purge: booleanFlag("Without a resource: persistent volumes of the cluster too."),
};
