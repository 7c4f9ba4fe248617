import { parseLabelSelector } from "../../api/label-selector.ts";
import { poddisruptionbudgets } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { stringFlag } from "../flags/flag.ts";
import { generator } from "./generator.ts";

export const createPodDisruptionBudgetCommand = generator({
  usage: "NAME --selector=SELECTOR --min-available=N",
  examples: `  kube create pdb web --selector=app=web --min-available=50%`,
  type: poddisruptionbudgets,
  failure: "failed to create poddisruptionbudgets: ",
  flags: {
    "max-unavailable": stringFlag("The maximum number or percentage of unavailable pods this budget requires."),
    "min-available": stringFlag("The minimum number or percentage of available pods this budget requires."),
    selector: stringFlag(
      "A label selector to use for this budget. Only equality-based selector requirements are supported.",
    ),
  },
  build({ flags }) {
    const { selector, "min-available": minAvailable, "max-unavailable": maxUnavailable } = flags;
    if (selector === "") throw new UserError("a selector must be specified");
    if (minAvailable === "" && maxUnavailable === "")
      throw new UserError("one of min-available or max-unavailable must be specified");
    if (minAvailable !== "" && maxUnavailable !== "")
      throw new UserError("min-available and max-unavailable cannot be both specified");
    return {
      body: {
        spec: {
          ...(minAvailable === "" ? {} : { minAvailable: bound(minAvailable, "min-available") }),
          selector: selectorObject(selector),
          ...(maxUnavailable === "" ? {} : { maxUnavailable: bound(maxUnavailable, "max-unavailable") }),
        },
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
      },
    };
  },
});

function bound(text: string, flag: string): number | string {
  if (!/^\d+%?$/.test(text)) throw new UserError(`invalid format specified for ${flag}`);
  return text.endsWith("%") ? text : Number(text);
}

const OPERATORS: Readonly<Record<string, string>> = {
  "!=": "NotIn",
  in: "In",
  notin: "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
};

/** A selector as text in the form that objects have. */
function selectorObject(text: string): JsonObject {
  const { requirements } = parseLabelSelector(text);
  const labels: Record<string, string> = {};
  const expressions: JsonObject[] = [];
  for (const { key, operator, values } of requirements) {
    const [only] = values;
    if ((operator === "=" || operator === "==") && only !== undefined) labels[key] = only;
    else
      expressions.push({
        key,
        operator: OPERATORS[operator] ?? operator,
        ...(values.length > 0 ? { values: [...values] } : {}),
      });
  }
  return {
    ...(Object.keys(labels).length > 0 ? { matchLabels: labels } : {}),
    ...(expressions.length > 0 ? { matchExpressions: expressions } : {}),
  };
}
