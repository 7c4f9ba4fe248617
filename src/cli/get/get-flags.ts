import { booleanFlag, type FlagValues, listFlag, stringFlag } from "../flags/flag.ts";
import {
  allNamespacesFlag,
  atFlag,
  chunkSizeFlag,
  fieldSelectorFlag,
  filenameFlags,
  selectorFlag,
} from "../flags/shared-flags.ts";
import { printFlags } from "../printers/print-flags.ts";

export const getFlags = {
  ...printFlags,
  ...filenameFlags,
  output: stringFlag(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).",
    { short: "o" },
  ),
  "all-namespaces": allNamespacesFlag,
  at: atFlag,
  "chunk-size": chunkSizeFlag,
  "field-selector": fieldSelectorFlag,
  "ignore-not-found": booleanFlag(
    "If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found.",
  ),
  "label-columns": listFlag(
    "Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...",
    { short: "L" },
  ),
  "no-headers": booleanFlag(
    "When using the default or custom-column output format, don't print headers (default print headers).",
  ),
  "output-watch-events": booleanFlag(
    "Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.",
  ),
  raw: stringFlag("Raw URI to request from the server.  Uses the transport specified by the kubeconfig file."),
  selector: selectorFlag,
  "server-print": booleanFlag(
    "If true, have the server return the appropriate table output. Supports extension APIs and CRDs.",
    { default: true },
  ),
  "show-kind": booleanFlag("If present, list the resource type for the requested object(s)."),
  "show-labels": booleanFlag("When printing, show all labels as the last column (default hide labels column)"),
  "sort-by": stringFlag(
    "If non-empty, sort list types using this field specification.  The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}'). The field in the API resource specified by this JSONPath expression must be an integer or a string.",
  ),
  subresource: stringFlag("If specified, gets the subresource of the requested object."),
  watch: booleanFlag("After listing/getting the requested object, watch for changes.", { short: "w" }),
  "watch-only": booleanFlag("Watch for changes to the requested object(s), without listing/getting first."),
};

export type GetFlagValues = FlagValues<typeof getFlags>;
