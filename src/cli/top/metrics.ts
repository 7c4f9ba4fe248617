import {
  addQuantities,
  type Amount,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  ZERO,
} from "../../api/quantity.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { itemsOf } from "../objects/api-object.ts";
import type { Session } from "../session.ts";

export interface Usage {
  readonly cpu: Amount;
  readonly memory: Amount;
}

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

export function usageIn(amounts: JsonValue | undefined): Usage {
  const amount = (name: string): Amount => {
    const text = isJsonObject(amounts) ? amounts[name] : undefined;
    return typeof text === "string" ? parseQuantity(text) : ZERO;
  };
  return { cpu: amount("cpu"), memory: amount("memory") };
}

export const sumOf = (usages: readonly Usage[]): Usage => ({
  cpu: usages.map(({ cpu }) => cpu).reduce(addQuantities, ZERO),
  memory: usages.map(({ memory }) => memory).reduce(addQuantities, ZERO),
});

const MEBIBYTE = 1024n * 1024n;

export const cpuText = ({ cpu }: Usage): string => `${quantityMilliValue(cpu)}m`;
export const memoryText = ({ memory }: Usage): string => `${quantityValue(memory) / MEBIBYTE}Mi`;
