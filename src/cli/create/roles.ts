import { clusterroles, roles } from "../../api/resources.ts";
import { byteOrder } from "../../lib/json/json-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { NoResourceTypeError, type ResourceMapper } from "../discovery/resource-mapper.ts";
import { arrayFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { generator } from "./generator.ts";

const ruleFlags = {
  resource: listFlag("Resource that the rule applies to"),
  "resource-name": arrayFlag(
    "Resource in the white list that the rule applies to, repeat this flag for multiple items",
  ),
  verb: listFlag("Verb that applies to the resources contained in the rule"),
};

export const createRoleCommand = generator({
  usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]",
  examples: `  kube create role reader --verb=get,list,watch --resource=pods,pods/status`,
  type: roles,
  flags: ruleFlags,
  async build({ flags, session, context }) {
    const verbs = distinctVerbs(flags.verb);
    if (verbs.length === 0) throw new UserError("at least one verb must be specified");
    warnOfVerbs(verbs, context);
    if (flags.resource.length === 0) throw new UserError("at least one resource must be specified");
    const resources = ruleResources(flags.resource, await session.mapper());
    return { body: { rules: rulesByGroup(verbs, resources, flags["resource-name"]) } };
  },
});

export const createClusterRoleCommand = generator({
  usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename]",
  examples: `  kube create clusterrole reader --verb=get,list,watch --resource=nodes
  kube create clusterrole health --verb=get --non-resource-url=/healthz`,
  type: clusterroles,
  flags: {
    ...ruleFlags,
    "aggregation-rule": stringFlag("An aggregation label selector for combining ClusterRoles."),
    "non-resource-url": listFlag("A partial url that user should have access to."),
  },
  async build({ flags, session, context }) {
    const urls = flags["non-resource-url"];
    const verbs = distinctVerbs(flags.verb);
    if (flags["aggregation-rule"] !== "") {
      if ([urls, verbs, flags.resource, flags["resource-name"]].some(({ length }) => length > 0))
        throw new UserError(
          "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
        );
      const matchLabels = Object.fromEntries(flags["aggregation-rule"].split(",").map(keyAndValue));
      return { body: { rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } } };
    }
    if (verbs.length === 0) throw new UserError("at least one verb must be specified");
    if (flags.resource.length === 0 && urls.length === 0)
      throw new UserError("one of resource or nonResourceURL must be specified");
    if (flags.resource.length > 0) warnOfVerbs(verbs, context);
    checkUrls(urls, verbs);
    const resources = flags.resource.length > 0 ? ruleResources(flags.resource, await session.mapper()) : [];
    const urlRules = urls.length > 0 ? [{ verbs: [...verbs], nonResourceURLs: [...urls] }] : [];
    return { body: { rules: [...rulesByGroup(verbs, resources, flags["resource-name"]), ...urlRules] } };
  },
});

function keyAndValue(pair: string): readonly [string, string] {
  const [key = "", value] = pair.split("=");
  if (value === undefined) throw new UserError(`malformed pair, expect string=string`);
  return [key, value];
}

const RESOURCE_VERBS = new Set(
  "* get delete list create update patch watch proxy deletecollection use bind escalate impersonate approve sign attest".split(
    " ",
  ),
);
const URL_VERBS = new Set("* get post put patch delete head options".split(" "));

const distinctVerbs = (verbs: readonly string[]): readonly string[] =>
  verbs.includes("*") ? ["*"] : [...new Set(verbs)];

function warnOfVerbs(verbs: readonly string[], { stderr }: Pick<CliContext, "stderr">): void {
  for (const verb of verbs)
    if (!RESOURCE_VERBS.has(verb)) stderr.write(`Warning: '${verb}' is not a standard resource verb\n`);
}

function checkUrls(urls: readonly string[], verbs: readonly string[]): void {
  if (urls.length === 0) return;
  const invalid = verbs.find((verb) => !URL_VERBS.has(verb));
  if (invalid !== undefined) throw new UserError(`invalid verb: '${invalid}' for nonResourceURL`);
  for (const url of urls.filter((each) => each !== "*")) {
    if (!url.startsWith("/")) throw new UserError("nonResourceURL should start with /");
    if (url.slice(0, -1).includes("*"))
      throw new UserError("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}

interface RuleResource {
  readonly group: string;
  /** With its subresource. */
  readonly resource: string;
}

/** `deploy.apps/scale` in its full form; what the server does not know is an error, but for `*`. */
function ruleResources(names: readonly string[], mapper: ResourceMapper): readonly RuleResource[] {
  return names.map((name) => {
    const [main = "", ...subresource] = name.split("/");
    const [resource = "", ...group] = main.split(".");
    const suffix = subresource.length > 0 ? `/${subresource.join("/")}` : "";
    if (resource === "") throw new UserError("resource must be specified if apiGroup/subresource specified");
    if (resource === "*") return { group: group.join("."), resource: `*${suffix}` };
    const mapping = mapper.findResource(main);
    if (!mapping) throw new NoResourceTypeError(main, mapper);
    return { group: mapping.group, resource: `${mapping.resource}${suffix}` };
  });
}

/** One rule for each API group. */
function rulesByGroup(
  verbs: readonly string[],
  resources: readonly RuleResource[],
  names: readonly string[],
): JsonObject[] {
  const groups = [...new Set(resources.map(({ group }) => group))].toSorted(byteOrder);
  const resourceNames = [...new Set(names)];
  return groups.map((group) => ({
    verbs: [...verbs],
    apiGroups: [group],
    resources: [...new Set(resources.filter((each) => each.group === group).map(({ resource }) => resource))],
    ...(resourceNames.length > 0 ? { resourceNames } : {}),
  }));
}
