import { canonicalQuantity, QuantityError } from "../../api/quantity.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { stringFlag } from "../flags/flag.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { objectIn, stringsIn } from "../objects/api-object.ts";
import { withChosenContainers } from "./chosen-containers.ts";
import { changePodTemplates, setFlags } from "./pod-template-change.ts";

export const setResourcesCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  flags: {
    ...setFlags,
    containers: stringFlag(
      "The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards",
      {
        short: "c",
        default: "*",
      },
    ),
    limits: stringFlag("The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'."),
    requests: stringFlag(
      "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.",
    ),
  },
  examples: `  kube set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=100m`,
  async run(invocation) {
    const { args, flags } = invocation;
    if (flags.all && flags.selector !== "") throw new UserError("cannot set --all and --selector at the same time");
    if (flags.limits === "" && flags.requests === "")
      throw new UserError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    const limits = quantities(flags.limits);
    const requests = quantities(flags.requests);
    await changePodTemplates(invocation, args, {
      what: "resource requirements",
      failure: "failed to patch resources update to pod template",
      fieldManager: flags["field-manager"],
      change(spec) {
        const changed = withChosenContainers(spec, flags.containers, (container) => ({
          ...container,
          resources: withQuantities(objectIn(container, "resources"), { limits, requests }),
        }));
        if (!changed) throw new UserError(`unable to find container named ${flags.containers}`);
        return changed;
      },
    });
  },
});

type Quantities = Readonly<Record<string, string>>;

function withQuantities(
  resources: JsonObject,
  changes: { readonly limits: Quantities; readonly requests: Quantities },
): JsonObject {
  const changed: JsonObject = { ...resources };
  for (const [key, quantitiesOfKey] of Object.entries(changes)) {
    if (Object.keys(quantitiesOfKey).length > 0) changed[key] = { ...stringsIn(resources, key), ...quantitiesOfKey };
  }
  return changed;
}

function quantities(text: string): Quantities {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((statement): readonly [string, string] => {
      const [name = "", quantity, ...more] = statement.split("=");
      if (quantity === undefined || more.length > 0)
        throw new UserError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
      try {
        return [name, canonicalQuantity(quantity)];
      } catch (error) {
        if (error instanceof QuantityError) throw new UserError(error.message);
        throw error;
      }
    }),
  );
}
