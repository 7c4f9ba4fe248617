import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import type { Taint } from "../api/types/core-v1.ts";
import type { Finding } from "./finding.ts";
import type { Snapshot } from "./snapshot.ts";

/** How objects of one kind are explained: a file each, one line in subjects.ts. */
export interface Subject<T extends KubeObject = KubeObject> {
  readonly type: ResourceType<T>;
  /** What the object is like, as a clause: `2 of 3 replicas are available`. */
  state(object: T, snapshot: Snapshot): string;
  /** What is wrong with the object itself. */
  findings(object: T, snapshot: Snapshot): readonly Finding[];
  /** The objects whose troubles are its own, besides those it owns. */
  related?(object: T, snapshot: Snapshot): readonly KubeObject[];
  /** Is there nothing to look for below it? */
  isIdle?(object: T): boolean;
}

/** A subject is only ever given objects of its type. */
export const subject = <T extends KubeObject>(definition: Subject<T>): Subject => definition;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** How often something happened. */
export const times = (number: number): string => (number === 1 ? "once" : `${number} times`);

/** `http (80)`, or the number alone. */
export const portText = (number: number | undefined, name: string | undefined): string =>
  name ? `${name} (${number})` : String(number);

export const taintText = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ""}:${effect}`;

export const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return count(seconds, "second");
  if (seconds < 7200) return count(Math.round(seconds / 60), "minute");
  return seconds < 172_800 ? count(Math.round(seconds / 3600), "hour") : count(Math.round(seconds / 86_400), "day");
}
