import { parseQuantity, quantityMilliValue, quantityValue } from "../api/quantity.ts";
import { restPath } from "../client/rest-path.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json/json-value.ts";
import type { Clock } from "../lib/time/clock.ts";
import { sleep } from "../lib/time/clock.ts";
import type { DashboardResource } from "./resource.ts";
import type { RawTransport } from "./table-feed.ts";
import { objectIn, objectsIn, textIn } from "./table-rows.ts";

/** What an object used when it was measured. */
export interface UsageSample {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** What objects of one resource used, by `namespace/name`: the latest sample last. */
export type UsageHistory = ReadonlyMap<string, readonly UsageSample[]>;

export interface UsageSelection {
  /** Of the group metrics.k8s.io. */
  readonly resource: DashboardResource;
  readonly namespace: string | undefined;
}

/** Metrics cannot be watched, and are measured about this often. */
const POLL_MS = 15_000;
const MOST_SAMPLES = 20;

/** What measures the resource, where the server has it. */
export function usageSelection(
  resources: readonly DashboardResource[],
  { group, resource }: Pick<DashboardResource, "group" | "resource">,
  namespace: string | undefined,
): UsageSelection | undefined {
  const found = resources.find((each) => each.group === "metrics.k8s.io" && each.resource === resource);
  return group === "" && found ? { resource: found, namespace: found.namespaced ? namespace : undefined } : undefined;
}

export function usageKey({ resource, namespace }: UsageSelection): string {
  return restPath({ verb: "list", ...resource, namespace });
}

export const usageOwner = (namespace: string | undefined, name: string): string => `${namespace ?? ""}/${name}`;

/** Measures until the signal aborts. A server that cannot measure now is asked again later: there is just nothing to show. */
export async function followUsage(options: {
  readonly transport: RawTransport;
  readonly selection: UsageSelection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onSamples: (samples: ReadonlyMap<string, UsageSample>) => void;
}): Promise<void> {
  const { transport, selection, signal, onSamples } = options;
  while (!signal.aborted) {
    try {
      const summary = { method: "GET", group: selection.resource.group, resource: selection.resource.resource };
      const response = await transport.raw({ method: "GET", path: usageKey(selection), signal, summary });
      // Parse edge: a list answers with a JSON object.
      onSamples(usageSamples((await response.json()) as JsonObject));
    } catch {
      // Figures are an addition: tables and their own errors say how the server is.
    }
    await sleep(POLL_MS, options).catch(() => undefined);
  }
}

function usageSamples(list: JsonObject): ReadonlyMap<string, UsageSample> {
  return new Map(
    objectsIn(list, "items").map((item) => {
      const metadata = objectIn(item, "metadata");
      const owner = usageOwner(textIn(metadata, "namespace"), textIn(metadata, "name"));
      const parts = Array.isArray(item["containers"]) ? objectsIn(item, "containers") : [item];
      const usages = parts.map((part) => usageOf(part["usage"]));
      return [
        owner,
        {
          cpuMilli: usages.reduce((sum, { cpuMilli }) => sum + cpuMilli, 0),
          memoryBytes: usages.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
        },
      ];
    }),
  );
}

/** Of a list like `usage` or `allocatable`. */
export function usageOf(amounts: JsonValue | undefined): UsageSample {
  const text = (name: string): string => {
    const value = isJsonObject(amounts) ? amounts[name] : undefined;
    return typeof value === "string" ? value : "0";
  };
  return {
    cpuMilli: Number(quantityMilliValue(parseQuantity(text("cpu")))),
    memoryBytes: Number(quantityValue(parseQuantity(text("memory")))),
  };
}

/** The history with the samples of one measurement; who was not measured any more is forgotten. */
export function withSamples(
  history: UsageHistory | undefined,
  samples: ReadonlyMap<string, UsageSample>,
): UsageHistory {
  const next = new Map<string, readonly UsageSample[]>();
  for (const [owner, sample] of samples) next.set(owner, [...(history?.get(owner) ?? []), sample].slice(-MOST_SAMPLES));
  return next;
}

const MEBIBYTE = 2 ** 20;

/** As `kubectl top` writes it. */
export const cpuText = (milli: number): string => `${milli}m`;
export const memoryText = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)}Mi`;

const LEVELS = "▁▂▃▄▅▆▇█";

/** A line of small bars, each as high as its value is great among the others; nothing is as high as the greatest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values.map((value) => LEVELS[Math.round((value / most) * (LEVELS.length - 1))] ?? "▁").join("");
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A share of 1 as a bar of `width` cells. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  return `${"█".repeat(full)}${EIGHTHS[eighths % 8] ?? ""}`.padEnd(width, "░");
}

export const percentText = (used: number, of: number): string => (of > 0 ? `${Math.round((used / of) * 100)}%` : "n/a");
