import { canonicalQuantity, QuantityError } from "../../../api/quantity.ts";
import { horizontalpodautoscalersAutoscalingV2 as horizontalpodautoscalers } from "../../../api/resources.ts";
import type { JsonObject } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { apiVersionOfMapping } from "../../discovery/resource-mapping.ts";
import { booleanFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { checkRequired, type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../../objects/write-options.ts";
import { generatedPrinter, printFlags } from "../../printers/print-flags.ts";

const autoscaleFlags = {
  ...printFlags,
  ...filenameFlags,
  cpu: stringFlag(
    'Target CPU utilization over all the pods. When specified as a percentage (e.g."70%" for 70% of requested CPU) it will target average utilization. When specified as quantity (e.g."500m" for 500 milliCPU) it will target average value. Value without units is treated as a quantity with miliCPU being the unit (e.g."500" is "500m").',
  ),
  "cpu-percent": integerFlag(
    "The target average CPU utilization (represented as a percent of requested CPU) over all the pods. If it's not specified or negative, a default autoscaling policy will be used.",
    {
      default: -1,
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    },
  ),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-autoscale"),
  max: integerFlag("The upper limit for the number of pods that can be set by the autoscaler. Required.", {
    default: -1,
  }),
  memory: stringFlag(
    'Target memory utilization over all the pods. When specified  as a percentage (e.g."60%" for 60% of requested memory) it will target average utilization. When specified as quantity (e.g."200Mi" for 200 MiB, "1Gi" for 1 GiB) it will target average value. Value without units is treated as a quantity with mebibytes being the unit (e.g."200" is "200Mi").',
  ),
  min: integerFlag(
    "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.",
    { default: -1 },
  ),
  name: stringFlag(
    "The name for the newly created object. If not specified, the name of the input resource will be used.",
  ),
  "save-config": booleanFlag(
    "If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.",
  ),
};

type AutoscaleInvocation = Invocation<typeof autoscaleFlags>;

export const autoscaleCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
  flags: autoscaleFlags,
  examples: `  kube autoscale deployment web --min=2 --max=10
  kube autoscale deployment web --max=5 --cpu=80%         of what its pods request
  kube autoscale statefulset db --max=3 --memory=512Mi    on average over its pods`,
  run: autoscale,
});

async function autoscale(invocation: AutoscaleInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  checkRequired(invocation, ["max"]);
  const dryRun = dryRunOf(flags["dry-run"], context);
  checkFlags(invocation);
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    requiresNamespace: true,
  });
  const transport = await session.transport();
  const { objects, errors } = await loadObjects(transport, selection);
  const operation = dryRun === "client" ? "created" : "autoscaled";
  const print = await generatedPrinter(flags, withDryRun(operation, dryRun), context);
  const target = await session.target();
  await visitEach(
    objects,
    async (loaded) => {
      if (!loaded.mapping.subresources.includes("scale"))
        throw new UserError(`cannot autoscale a ${loaded.mapping.kind}: ${noScale(loaded)}`);
      const namespace = target.isNamespaceExplicit ? target.namespace : undefined;
      const autoscaler = updatedLastApplied(autoscalerFor(loaded, flags, namespace), { saves: flags["save-config"] });
      if (dryRun === "client") return void context.stdout.write(print(autoscaler));
      const created = await requestResource(
        transport,
        { mapping: horizontalpodautoscalers, namespace: target.namespace },
        { method: "POST", query: writeQuery({ dryRun, fieldManager: flags["field-manager"] }), body: autoscaler },
      );
      context.stdout.write(print(created));
    },
    errors,
  );
  if (objects.length === 0) throw new UserError("no objects passed to autoscale");
}

const noScale = ({ mapping }: LoadedObject): string =>
  `could not find scale subresource for ${mapping.group}/${mapping.version}, Resource=${mapping.resource} in discovery information`;

function checkFlags({ flags }: AutoscaleInvocation): void {
  const { max, min, cpu, memory } = flags;
  if (max < 1) throw new UserError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min)
    throw new UserError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  if (flags["cpu-percent"] > 0 && cpu !== "") throw new UserError("--cpu-percent and --cpu are mutually exclusive");
  if (cpu !== "") metricTarget("cpu", cpu);
  if (memory !== "") metricTarget("memory", memory);
}

function autoscalerFor(
  { mapping, name }: LoadedObject,
  flags: AutoscaleInvocation["flags"],
  namespace: string | undefined,
): ApiObject {
  const { min, max, cpu, memory } = flags;
  const percent = flags["cpu-percent"];
  const metrics = [
    ...(percent > 0 ? [resourceMetric("cpu", { type: "Utilization", averageUtilization: percent })] : []),
    ...(cpu === "" ? [] : [resourceMetric("cpu", metricTarget("cpu", cpu))]),
    ...(memory === "" ? [] : [resourceMetric("memory", metricTarget("memory", memory))]),
  ];
  return {
    kind: horizontalpodautoscalers.kind,
    apiVersion: apiVersionOfMapping(horizontalpodautoscalers),
    metadata: { name: flags.name || name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      scaleTargetRef: { kind: mapping.kind, name, apiVersion: apiVersionOfMapping(mapping) },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: max,
      ...(metrics.length === 0 ? {} : { metrics }),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}

type Measured = "cpu" | "memory";

const resourceMetric = (name: Measured, target: JsonObject): JsonObject => ({
  type: "Resource",
  resource: { name, target },
});

const DEFAULT_UNITS: Readonly<Record<Measured, string>> = { cpu: "m", memory: "Mi" };

/** `70%` of what is requested, or a quantity; a bare number is in milli-CPUs or mebibytes. */
function metricTarget(resource: Measured, text: string): JsonObject {
  const input = text.trim();
  if (input === "") throw new UserError("empty input");
  if (input.endsWith("%")) {
    const percent = input.slice(0, -1);
    const value = Number(percent);
    if (!/^\+?\d+$/.test(percent) || value > 2 ** 31 - 1) throw new UserError(`invalid percentage value: ${percent}`);
    return { type: "Utilization", averageUtilization: value };
  }
  const isBare = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(input);
  try {
    const quantity = isBare ? `${Number(input)}${DEFAULT_UNITS[resource]}` : input;
    return { type: "AverageValue", averageValue: canonicalQuantity(quantity) };
  } catch (error) {
    if (error instanceof QuantityError) throw new UserError(`invalid resource ${resource} value: ${input}`);
    throw error;
  }
}
