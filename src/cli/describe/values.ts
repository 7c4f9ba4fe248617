import { labelSelectorText } from "../../api/label-selector.ts";
import { canonicalQuantity } from "../../api/quantity.ts";
import type { Toleration } from "../../api/types/core-v1.ts";
import type { LabelSelector, ObjectMeta, Quantity } from "../../api/types/meta-v1.ts";
import type { DescribeText } from "./describe-text.ts";

/* How values that many kinds have are shown. The wording is kubectl's (kubectl/pkg/describe). */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NEVER = "Mon, 01 Jan 0001 00:00:00 +0000";

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** `Sat, 21 Nov 2026 11:03:09 +0000`, in the user's time zone. */
export function timeText(timestamp: string | null | undefined): string {
  if (!timestamp) return NEVER;
  const date = new Date(timestamp);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${twoDigits(Math.floor(Math.abs(offset) / 60))}${twoDigits(Math.abs(offset) % 60)}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  return `${DAYS[date.getDay()]}, ${twoDigits(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()} ${clock} ${zone}`;
}

export const boolText = (value: boolean | undefined): string => (value === true ? "True" : "False");

type Labels = Readonly<Record<string, string>> | undefined;

export const labelLines = (labels: Labels): readonly string[] =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .toSorted();

/** `a=1,b=2`, or `<none>`. */
export const labelText = (labels: Labels): string => labelLines(labels).join(",") || "<none>";

export const selectorText = (selector: LabelSelector | undefined): string => labelSelectorText(selector) || "<none>";

/** What apply remembers is of no interest to people. */
const HIDDEN_ANNOTATIONS = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);
const LONGEST_ANNOTATION = 140;

export function annotations(out: DescribeText, level: number, title: string, values: Labels): void {
  const lines = Object.keys(values ?? {})
    .filter((key) => !HIDDEN_ANNOTATIONS.has(key))
    .toSorted()
    .flatMap((key) => annotationLines(key, (values?.[key] ?? "").replace(/\n$/, "")));
  out.multiline(level, `${title}:`, lines);
}

function annotationLines(key: string, value: string): readonly string[] {
  if (value.length + key.length + 2 <= LONGEST_ANNOTATION && !value.includes("\n")) return [`${key}: ${value}`];
  const shown = value.split("\n").map((line) => {
    const limit = LONGEST_ANNOTATION - 2;
    return `  ${line.length > limit ? `${line.slice(0, limit)}...` : line}`;
  });
  return [`${key}:`, ...shown];
}

/** Name, namespace unless the kind is cluster-wide, labels and annotations: how most descriptions begin. */
export function nameAndLabels(out: DescribeText, { name, namespace, labels, annotations: notes }: ObjectMeta): void {
  out.line(0, "Name:", name ?? "");
  if (namespace !== undefined) out.line(0, "Namespace:", namespace);
  out.multiline(0, "Labels:", labelLines(labels));
  annotations(out, 0, "Annotations", notes);
}

/** `ReplicaSet/web-5d4`, or undefined when nobody controls it. */
export function controllerText({ ownerReferences = [] }: ObjectMeta): string | undefined {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  return owner && `${owner.kind}/${owner.name}`;
}

export function tolerationLines(tolerations: readonly Toleration[] | undefined): readonly string[] {
  return (tolerations ?? [])
    .toSorted((left, right) => ((left.key ?? "") < (right.key ?? "") ? -1 : 1))
    .map(({ key = "", value = "", effect = "", operator, tolerationSeconds }) => {
      const subject = `${key}${value === "" ? "" : `=${value}`}${effect === "" ? "" : `:${effect}`}`;
      const exists = operator === "Exists" && value === "" ? (subject === "" ? "op=Exists" : " op=Exists") : "";
      return `${subject}${exists}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
    });
}

/** `cpu: 100m` lines in order of their names. */
export function quantities(
  out: DescribeText,
  level: number,
  list: Readonly<Record<string, Quantity>> | undefined,
): void {
  for (const name of Object.keys(list ?? {}).toSorted())
    out.line(level, `${name}:`, canonicalQuantity(list?.[name] ?? "0"));
}
