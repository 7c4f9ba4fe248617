import { badRequest } from "../api/api-error.ts";
import { FieldErrors } from "../api/field-errors.ts";
import { validateNodeAffinity } from "../api/kinds/core/pod/affinity-validation.ts";
import { decodeValue } from "../api/schema/decode-body.ts";
import { builtInSchema } from "../api/schema/object-schema.ts";
import type { NodeAffinity } from "../api/types/core-v1.ts";
import type { JsonObject } from "../lib/json/json-value.ts";
import { UserError } from "../lib/user-error.ts";
import type { Plugin } from "./plugin.ts";
import { plugins as allPlugins } from "./plugins.ts";
import { DEFAULT_INTER_POD_AFFINITY, interPodAffinityWith } from "./plugins/inter-pod-affinity.ts";
import { nodeAffinityWith } from "./plugins/node-affinity.ts";
import { nodeResourcesFitWith } from "./plugins/node-resources-fit.ts";
import { DEFAULT_STRATEGY, type ScoringStrategy } from "./plugins/scoring-strategy.ts";

/** How the pods of one schedulerName are placed. */
export interface Profile {
  readonly schedulerName: string;
  readonly plugins: readonly Plugin[];
  /** 0: a share of the nodes that shrinks as the cluster grows. */
  readonly percentageOfNodesToScore: number;
}

export const DEFAULT_SCHEDULER = "default-scheduler";

export const DEFAULT_PROFILE: Profile = {
  schedulerName: DEFAULT_SCHEDULER,
  plugins: allPlugins,
  percentageOfNodesToScore: 0,
};

const API_VERSION = "kubescheduler.config.k8s.io/v1";
const POINTS = ["multiPoint", "filter", "score"] as const;

/**
 * Reads a KubeSchedulerConfiguration: profiles with plugins that are left out or weigh more or less, the share of nodes to look at, and the
 * scoring strategy of NodeResourcesFit. What else such a file may say is refused, and not passed over.
 */
export function profilesOf(configuration: unknown): readonly Profile[] {
  const root = record(configuration, "");
  if (root["apiVersion"] !== API_VERSION || root["kind"] !== "KubeSchedulerConfiguration") {
    throw problem("", `must be a KubeSchedulerConfiguration of ${API_VERSION}`);
  }
  onlyKnown(root, "", ["apiVersion", "kind", "profiles", "percentageOfNodesToScore"]);
  const share = optionalInteger(root["percentageOfNodesToScore"], "percentageOfNodesToScore", 100) ?? 0;
  const profiles = list(root["profiles"], "profiles");
  if (profiles.length === 0) return [{ ...DEFAULT_PROFILE, percentageOfNodesToScore: share }];
  const read = profiles.map((profile, index) => profileOf(profile, `profiles[${index}]`, share));
  const names = read.map(({ schedulerName }) => schedulerName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw problem("profiles", `schedulerName ${JSON.stringify(twice)} is there twice`);
  return read;
}

function profileOf(value: unknown, path: string, share: number): Profile {
  const profile = record(value, path);
  onlyKnown(profile, path, ["schedulerName", "plugins", "pluginConfig", "percentageOfNodesToScore"]);
  const own = optionalInteger(profile["percentageOfNodesToScore"], `${path}.percentageOfNodesToScore`, 100);
  return {
    schedulerName: text(profile["schedulerName"] ?? DEFAULT_SCHEDULER, `${path}.schedulerName`),
    percentageOfNodesToScore: own ?? share,
    plugins: chosen(configured(profile["pluginConfig"], `${path}.pluginConfig`), profile["plugins"], `${path}.plugins`),
  };
}

/** Plugins with their arguments. */
function configured(value: unknown, path: string): readonly Plugin[] {
  let plugins = allPlugins;
  for (const [index, each] of list(value, path).entries()) {
    const at = `${path}[${index}]`;
    const { name, args } = record(each, at);
    const make = CONFIGURABLE[String(name)];
    if (!make) throw problem(`${at}.name`, `cannot configure plugin ${JSON.stringify(name)}`);
    const { apiVersion: _apiVersion, kind: _kind, ...given } = record(args, `${at}.args`);
    const made = make(given, `${at}.args`);
    plugins = plugins.map((plugin) => (plugin.name === made.name ? made : plugin));
  }
  return plugins;
}

type Arguments = Readonly<Record<string, unknown>>;

const CONFIGURABLE: Readonly<Record<string, (args: Arguments, path: string) => Plugin>> = {
  NodeResourcesFit(args, path) {
    onlyKnown(args, path, ["scoringStrategy"]);
    return nodeResourcesFitWith(strategyOf(args["scoringStrategy"], `${path}.scoringStrategy`));
  },
  InterPodAffinity(args, path) {
    onlyKnown(args, path, ["hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"]);
    const weight = optionalInteger(args["hardPodAffinityWeight"], `${path}.hardPodAffinityWeight`, 100);
    const ignores = args["ignorePreferredTermsOfExistingPods"] ?? false;
    if (typeof ignores !== "boolean")
      throw problem(`${path}.ignorePreferredTermsOfExistingPods`, "must be true or false");
    return interPodAffinityWith({
      requirementWeight: weight ?? DEFAULT_INTER_POD_AFFINITY.requirementWeight,
      ignoresPreferencesOfOthers: ignores,
    });
  },
  NodeAffinity(args, path) {
    onlyKnown(args, path, ["addedAffinity"]);
    const at = `${path}.addedAffinity`;
    return nodeAffinityWith(nodeAffinityOf(record(args["addedAffinity"] ?? {}, at), at));
  },
};

function nodeAffinityOf(value: Arguments, path: string): NodeAffinity {
  const { object } = decodeValue({
    // Configuration files are YAML or JSON.
    value: value as JsonObject,
    schema: builtInSchema("io.k8s.api.core.v1.NodeAffinity"),
    fieldValidation: "Strict",
    refuse: (detail) => badRequest(`${path} ${detail}`),
  });
  // The definition says so.
  const affinity = object as unknown as NodeAffinity;
  const errors = new FieldErrors();
  validateNodeAffinity(affinity, path, errors);
  const [first] = errors.errors;
  if (first) throw problem(first.path, first.message);
  return affinity;
}

function strategyOf(value: unknown, path: string): ScoringStrategy {
  if (value === undefined) return DEFAULT_STRATEGY;
  const strategy = record(value, path);
  onlyKnown(strategy, path, ["type", "resources", "requestedToCapacityRatio"]);
  const { type = "LeastAllocated" } = strategy;
  if (type !== "LeastAllocated" && type !== "MostAllocated" && type !== "RequestedToCapacityRatio") {
    throw problem(
      `${path}.type`,
      `must be LeastAllocated, MostAllocated or RequestedToCapacityRatio, not ${JSON.stringify(type)}`,
    );
  }
  const resources = list(strategy["resources"], `${path}.resources`).map((each, index) => {
    const at = `${path}.resources[${index}]`;
    const { name, weight } = record(each, at);
    return { name: text(name, `${at}.name`), weight: optionalInteger(weight, `${at}.weight`, 100) || 1 };
  });
  const ratioPath = `${path}.requestedToCapacityRatio`;
  const shapePath = `${ratioPath}.shape`;
  const shape = list(record(strategy["requestedToCapacityRatio"] ?? {}, ratioPath)["shape"], shapePath).map(
    (each, index) => {
      const point = record(each, `${shapePath}[${index}]`);
      return {
        utilization: optionalInteger(point["utilization"], `${shapePath}[${index}].utilization`, 100) ?? 0,
        score: optionalInteger(point["score"], `${shapePath}[${index}].score`, 10) ?? 0,
      };
    },
  );
  if (type === "RequestedToCapacityRatio" && shape.length === 0)
    throw problem(shapePath, "at least one point must be specified");
  if (shape.some((point, index) => index > 0 && point.utilization <= (shape[index - 1]?.utilization ?? 0))) {
    throw problem(shapePath, "utilization values must be sorted in increasing order");
  }
  return { type, resources: resources.length === 0 ? DEFAULT_STRATEGY.resources : resources, shape };
}

interface Choice {
  readonly off: ReadonlySet<string>;
  readonly weights: ReadonlyMap<string, number>;
}

/** Leaves out what is disabled, and weighs what is enabled with a weight. */
function chosen(plugins: readonly Plugin[], value: unknown, path: string): readonly Plugin[] {
  const points = record(value ?? {}, path);
  onlyKnown(points, path, POINTS);
  const choice = Object.fromEntries(
    POINTS.map((point) => [point, choiceOf(points[point], `${path}.${point}`, plugins)]),
  ) as Record<(typeof POINTS)[number], Choice>;
  const { multiPoint, filter, score } = choice;
  const isOff = (name: string, { off, weights }: Choice): boolean =>
    off.has(name) || (off.has("*") && !weights.has(name));
  return plugins.flatMap((plugin): Plugin[] => {
    const { name } = plugin;
    const filters = !isOff(name, multiPoint) && !isOff(name, filter);
    const scores = !isOff(name, multiPoint) && !isOff(name, score);
    if (!filters && !scores) return [];
    const weight = score.weights.get(name) || multiPoint.weights.get(name) || undefined;
    return filters && scores && weight === undefined ? [plugin] : [restricted(plugin, { filters, scores, weight })];
  });
}

function choiceOf(value: unknown, path: string, plugins: readonly Plugin[]): Choice {
  const point = record(value ?? {}, path);
  onlyKnown(point, path, ["enabled", "disabled"]);
  const named = (key: "enabled" | "disabled") =>
    list(point[key], `${path}.${key}`).map((each, index) => {
      const at = `${path}.${key}[${index}]`;
      const entry = record(each, at);
      const name = text(entry["name"], `${at}.name`);
      const isKnown = name === "*" || plugins.some((plugin) => plugin.name === name);
      if (!isKnown) throw problem(`${at}.name`, `plugin ${JSON.stringify(name)} does not exist`);
      return { name, weight: optionalInteger(entry["weight"], `${at}.weight`, Number.MAX_SAFE_INTEGER) ?? 0 };
    });
  return {
    off: new Set(named("disabled").map(({ name }) => name)),
    weights: new Map(named("enabled").map(({ name, weight }) => [name, weight])),
  };
}

function restricted(
  plugin: Plugin,
  {
    filters,
    scores,
    weight,
  }: { readonly filters: boolean; readonly scores: boolean; readonly weight: number | undefined },
): Plugin {
  return {
    ...plugin,
    examine(pod, cluster) {
      const examination = plugin.examine(pod, cluster);
      if (!examination) return undefined;
      const { score, filter, refusal, ...rest } = examination;
      return {
        ...rest,
        ...(filters && filter ? { filter } : {}),
        ...(filters && refusal !== undefined ? { refusal } : {}),
        ...(scores && score ? { score: { ...score, weight: weight ?? score.weight } } : {}),
      };
    },
  };
}

const problem = (path: string, what: string): UserError =>
  new UserError(`Cannot use the scheduler configuration: ${path === "" ? "it" : path} ${what}`);

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw problem(path, "must be an object");
  // An object that is no list has fields.
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw problem(path, "must be a list");
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "") throw problem(path, "must be a name");
  return value;
}

function optionalInteger(value: unknown, path: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > most) {
    throw problem(path, `must be a whole number from 0 to ${most}`);
  }
  return Number(value);
}

function onlyKnown(value: Readonly<Record<string, unknown>>, path: string, known: readonly string[]): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw problem(path === "" ? other : `${path}.${other}`, "is not supported");
}
