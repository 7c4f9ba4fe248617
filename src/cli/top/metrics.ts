import {
  addQuantities,
  type Amount,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  ZERO,
} from "../../api/quantity.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { itemsOf } from "../objects/api-object.ts";
import type { Session } from "../session.ts";

/** What is measured, in the order of the columns; swap only where it is asked for. */
export type Measured = "cpu" | "memory" | "swap";

export type Usage = Readonly<Record<Measured, Amount>>;

export const measuredResources = ({ swap }: { readonly swap: boolean }): readonly Measured[] =>
  swap ? ["cpu", "memory", "swap"] : ["cpu", "memory"];

/** Asks metrics.k8s.io for all objects at the path, or for the one that the path names. */
export async function readMetrics(session: Session, path: string): Promise<readonly JsonObject[]> {
  const { groups } = (await session.mapper()).discovery;
  const served = groups.find(({ name }) => name === "metrics.k8s.io")?.versions ?? [];
  const version = ["v1", "v1beta1"].find((each) => served.some((one) => one.version === each));
  if (version === undefined) throw new UserError("Metrics API not available");
  const answer = await readJson(session, `/apis/metrics.k8s.io/${version}/${path}`);
  return itemsOf(answer) ?? [answer];
}

export async function readJson(session: Session, path: string): Promise<JsonObject> {
  const response = await (await session.transport()).raw({ method: "GET", path });
  const answer: unknown = await response.json();
  return isJsonObject(answer) ? answer : {};
}

export function selectorQuery(selectors: Readonly<Record<string, string>>): string {
  const given = Object.entries(selectors).filter(([, value]) => value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

export function usageIn(amounts: JsonValue | undefined): Usage {
  const amount = (name: string): Amount => {
    const text = isJsonObject(amounts) ? amounts[name] : undefined;
    return typeof text === "string" ? parseQuantity(text) : ZERO;
  };
  return { cpu: amount("cpu"), memory: amount("memory"), swap: amount("swap") };
}

export const sumOf = (usages: readonly Usage[]): Usage => ({
  cpu: usages.map(({ cpu }) => cpu).reduce(addQuantities, ZERO),
  memory: usages.map(({ memory }) => memory).reduce(addQuantities, ZERO),
  swap: usages.map(({ swap }) => swap).reduce(addQuantities, ZERO),
});

const MEBIBYTE = 1024n * 1024n;

export const usageText = (usage: Usage, resource: Measured): string =>
  resource === "cpu" ? `${quantityMilliValue(usage.cpu)}m` : `${quantityValue(usage[resource]) / MEBIBYTE}Mi`;
