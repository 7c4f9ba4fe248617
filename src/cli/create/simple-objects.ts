import { parseQuantity, canonicalQuantity, QuantityError } from "../../api/quantity.ts";
import { namespaces, priorityclasses, resourcequotas, serviceaccounts } from "../../api/resources.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, integerFlag, stringFlag } from "../flags/flag.ts";
import { generator } from "./generator.ts";

/** Kinds that need little more than a name. */

export const createNamespaceCommand = generator({
  usage: "NAME [--dry-run=server|client|none]",
  examples: `  kube create namespace team`,
  type: namespaces,
  flags: {},
  build: () => ({ body: { spec: {}, status: {} } }),
});

export const createServiceAccountCommand = generator({
  usage: "NAME [--dry-run=server|client|none]",
  examples: `  kube create serviceaccount builder`,
  type: serviceaccounts,
  failure: "failed to create serviceaccount: ",
  flags: {},
  build: () => ({ body: {} }),
});

export const createPriorityClassCommand = generator({
  usage: "NAME --value=VALUE --global-default=BOOL",
  examples: `  kube create priorityclass high --value=1000`,
  type: priorityclasses,
  failure: "failed to create priorityclass: ",
  flags: {
    description: stringFlag(
      "description is an arbitrary string that usually provides guidelines on when this priority class should be used.",
    ),
    "global-default": booleanFlag(
      "global-default specifies whether this PriorityClass should be considered as the default priority.",
    ),
    "preemption-policy": stringFlag("preemption-policy is the policy for preempting pods with lower priority.", {
      default: "PreemptLowerPriority",
    }),
    value: integerFlag("the value of this priority class."),
  },
  build: ({ flags }) => ({
    body: {
      value: flags.value,
      ...(flags["global-default"] ? { globalDefault: true } : {}),
      ...(flags.description === "" ? {} : { description: flags.description }),
      preemptionPolicy: flags["preemption-policy"],
    },
  }),
});

export const createQuotaCommand = generator({
  usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]",
  examples: `  kube create quota small --hard=pods=10,requests.cpu=2`,
  type: resourcequotas,
  failure: "failed to create quota: ",
  flags: {
    hard: stringFlag("A comma-delimited set of resource=quantity pairs that define a hard limit."),
    scopes: stringFlag("A comma-delimited set of quota scopes that must all match each object tracked by the quota."),
  },
  build({ flags }) {
    const hard = hardLimits(flags.hard);
    const scopes = flags.scopes === "" ? undefined : flags.scopes.split(",");
    if (scopes?.includes("")) throw new UserError('invalid resource quota scope ""');
    return { body: { spec: { ...(hard ? { hard } : {}), ...(scopes ? { scopes } : {}) }, status: {} } };
  },
});

function hardLimits(text: string): Record<string, string> | undefined {
  if (text === "") return undefined;
  const pairs = text.split(",").map((statement) => {
    const [resource = "", quantity, ...more] = statement.split("=");
    if (quantity === undefined || more.length > 0)
      throw new UserError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    return [resource, quantityText(quantity)] as const;
  });
  return Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function quantityText(text: string): string {
  try {
    parseQuantity(text);
    return canonicalQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) throw new UserError(error.message);
    throw error;
  }
}
