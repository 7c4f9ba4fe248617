import { byteOrder, goStructJson } from "../../../lib/json/json-text.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { preferredResources } from "../../discovery/resource-mapper.ts";
import { apiVersionOfMapping, groupResource, type ResourceMapping } from "../../discovery/resource-mapping.ts";
import { booleanFlag, type FlagValues, listFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { unknownFormat } from "../../printers/print-flags.ts";
import { TabWriter } from "../../printers/tab-writer.ts";

const apiResourcesFlags = {
  "api-group": stringFlag("Limit to resources in the specified API group."),
  cached: booleanFlag("Use the cached list of resources if available."),
  categories: listFlag("Limit to resources that belong to the specified categories."),
  namespaced: booleanFlag(
    "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
    { default: true },
  ),
  "no-headers": booleanFlag(
    "When using the default or custom-column output format, don't print headers (default print headers).",
  ),
  output: stringFlag("Output format. One of: (json, yaml, name, wide).", { short: "o" }),
  "show-managed-fields": booleanFlag(
    "If true, keep the managedFields when printing objects in JSON or YAML format. A list of resources has none.",
  ),
  "sort-by": stringFlag(
    "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
  ),
  verbs: listFlag("Limit to resources that support the specified verbs."),
};

export const apiResourcesCommand = kubectlCommand({
  usage: "[flags]",
  flags: apiResourcesFlags,
  examples: `  kube api-resources
  kube api-resources -o wide --verbs=list,watch
  kube api-resources --api-group=apps`,
  run: apiResources,
});

async function apiResources(invocation: Invocation<typeof apiResourcesFlags>): Promise<void> {
  const { args, flags, session, context, isGiven } = invocation;
  if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
  if (!["", "name", "kind"].includes(flags["sort-by"])) throw new UserError("--sort-by accepts only name or kind");
  const { groups } = (await session.mapper()).discovery;
  const resources = groups
    .flatMap(preferredResources)
    .filter(
      ({ group, namespaced, verbs, categories }) =>
        verbs.length > 0 &&
        (!isGiven("api-group") || group === flags["api-group"]) &&
        (!isGiven("namespaced") || namespaced === flags.namespaced) &&
        flags.verbs.every((verb) => verbs.includes(verb)) &&
        flags.categories.every((category) => categories.includes(category)),
    );
  context.stdout.write(resourcesText(sorted(resources, flags["sort-by"]), flags));
}

function sorted(resources: readonly ResourceMapping[], by: string): readonly ResourceMapping[] {
  const key = ({ resource, kind, group }: ResourceMapping): string =>
    by === "name" ? resource : by === "kind" ? kind : group;
  return resources.toSorted(
    (left, right) => byteOrder(key(left), key(right)) || byteOrder(left.resource, right.resource),
  );
}

function resourcesText(resources: readonly ResourceMapping[], flags: FlagValues<typeof apiResourcesFlags>): string {
  switch (flags.output) {
    case "json":
      return `${goStructJson(resourceList(resources), "    ")}\n`;
    case "yaml":
      return yamlText(resourceList(resources));
    case "name":
      return resources.map((mapping) => `${groupResource(mapping)}\n`).join("");
    case "":
    case "wide":
      return resourceTable(resources, flags);
    default:
      throw unknownFormat(flags.output, ["json", "yaml", "name", "wide"]);
  }
}

function resourceTable(resources: readonly ResourceMapping[], flags: FlagValues<typeof apiResourcesFlags>): string {
  let text = "";
  const writer = new TabWriter((flushed) => (text += flushed));
  const isWide = flags.output === "wide";
  const headers = [
    "NAME",
    "SHORTNAMES",
    "APIVERSION",
    "NAMESPACED",
    "KIND",
    ...(isWide ? ["VERBS", "CATEGORIES"] : []),
  ];
  if (!flags["no-headers"]) writer.write(`${headers.join("\t")}\n`);
  for (const mapping of resources) {
    const { resource, shortNames, namespaced, kind, verbs, categories } = mapping;
    const cells = [resource, shortNames.join(","), apiVersionOfMapping(mapping), String(namespaced), kind];
    if (isWide) cells.push(verbs.join(","), categories.join(","));
    writer.write(`${cells.join("\t")}\n`);
  }
  writer.flush();
  return text;
}

function resourceList(resources: readonly ResourceMapping[]): ApiObject {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: "",
    resources: resources.map(
      ({ group, version, resource, singular, namespaced, kind, verbs, shortNames, categories }) => ({
        name: resource,
        singularName: singular,
        namespaced,
        ...(group === "" ? {} : { group }),
        version,
        kind,
        verbs: [...verbs],
        ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
        ...(categories.length > 0 ? { categories: [...categories] } : {}),
      }),
    ),
  };
}
