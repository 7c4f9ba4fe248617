/**
 * Metrics of an autoscaler as autoscaling/v1 knows them: flat JSON, kept in annotations. One table says which v1 key is which
 * v2 path, for both directions (pkg/apis/autoscaling/v1/conversion.go). `$` stands for "target" in specs and "current" in statuses.
 */
const PATHS_BY_SOURCE = {
  object: {
    target: "describedObject",
    metricName: "metric.name",
    $Value: "$.value",
    selector: "metric.selector",
    averageValue: "$.averageValue",
  },
  pods: { metricName: "metric.name", $AverageValue: "$.averageValue", selector: "metric.selector" },
  resource: { name: "name", $AverageUtilization: "$.averageUtilization", $AverageValue: "$.averageValue" },
  containerResource: {
    name: "name",
    $AverageUtilization: "$.averageUtilization",
    $AverageValue: "$.averageValue",
    container: "container",
  },
  external: {
    metricName: "metric.name",
    metricSelector: "metric.selector",
    $Value: "$.value",
    $AverageValue: "$.averageValue",
  },
} as const;

type Side = "target" | "current";
type Source = Record<string, unknown>;

/** Quantities that v1 cannot leave out: zero stands for absent. */
const REQUIRED: Record<Side, readonly string[]> = {
  target: ["object.targetValue", "pods.targetAverageValue"],
  current: [
    "object.currentValue",
    "pods.currentAverageValue",
    "resource.currentAverageValue",
    "containerResource.currentAverageValue",
    "external.currentValue",
  ],
};

/** A metric of v2 in the flat form of v1. */
export function metricToV1(metric: Source, side: Side): Source {
  return mapSources(metric, (name, source) => {
    const flat: Source = {};
    for (const [key, path] of keysAndPaths(name, side)) {
      flat[key] = valueAt(source, path) ?? (REQUIRED[side].includes(`${name}.${key}`) ? "0" : undefined);
    }
    return flat;
  });
}

/** The other way; throws when the JSON has other shapes than metrics have. */
export function metricFromV1(metric: unknown, side: Side): Source {
  return mapSources(asRecord(metric), (name, source) => {
    const deep: Source = {};
    for (const [key, path] of keysAndPaths(name, side)) setAt(deep, path, source[key]);
    if (side === "target") deep["target"] = withType(name, asRecord(deep["target"]));
    return deep;
  });
}

type SourceName = keyof typeof PATHS_BY_SOURCE;

function mapSources(metric: Source, mapped: (name: SourceName, source: Source) => Source): Source {
  const result: Source = { type: metric["type"] };
  for (const name of Object.keys(PATHS_BY_SOURCE) as SourceName[]) {
    if (metric[name] !== undefined) result[name] = mapped(name, asRecord(metric[name]));
  }
  return result;
}

function keysAndPaths(name: SourceName, side: Side): [key: string, path: string][] {
  return Object.entries(PATHS_BY_SOURCE[name]).map(([key, path]) => [key.replace("$", side), path.replace("$", side)]);
}

/** v1 has no target type: it follows from the values that are there. */
function withType(name: SourceName, target: Source): Source {
  const { value, averageValue, averageUtilization } = target;
  if (name === "resource" || name === "containerResource") {
    return { type: averageUtilization === undefined ? "AverageValue" : "Utilization", ...target };
  }
  if (name === "pods") return { type: "AverageValue", ...target };
  if (name === "external") return { type: value === undefined ? "AverageValue" : "Value", ...target };
  if (averageValue === undefined) return { type: "Value", ...target };
  // The zero of an absent value would not pass validation of v2.
  return { type: "AverageValue", averageValue, ...(isZero(value) ? {} : { value }) };
}

const isZero = (quantity: unknown): boolean =>
  quantity === undefined || quantity === 0 || (typeof quantity === "string" && /^[+-]?[0.]+\D*$/.test(quantity));

function valueAt(source: Source, path: string): unknown {
  const [parent, key] = path.split(".") as [string, string?];
  return key === undefined ? source[parent] : asRecord(source[parent] ?? {})[key];
}

function setAt(source: Source, path: string, value: unknown): void {
  const [parent, key] = path.split(".") as [string, string?];
  if (key === undefined) source[parent] = value;
  else source[parent] = { ...asRecord(source[parent] ?? {}), ...(value === undefined ? {} : { [key]: value }) };
}

function asRecord(value: unknown): Source {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Source;
  throw new TypeError("metrics are objects");
}
