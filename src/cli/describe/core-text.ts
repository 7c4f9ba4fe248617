import { canonicalQuantity } from "../../api/quantity.ts";
import type {
  ConfigMap,
  Event,
  LimitRange,
  LimitRangeItem,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from "../../api/types/core-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { nameAndLabels, timeText } from "./values.ts";

export interface NamespaceLimits {
  readonly quotas: readonly ResourceQuota[];
  readonly ranges: readonly LimitRange[];
}

export function namespaceText({ metadata, status }: Namespace, { quotas, ranges }: NamespaceLimits): string {
  const out = new DescribeText();
  nameAndLabels(out, metadata);
  out.line(0, "Status:", status?.phase ?? "");
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    out.line(0, "Conditions:");
    out.line(1, "Type", "Status", "LastTransitionTime", "Reason", "Message");
    out.line(1, "----", "------", "------------------", "------", "-------");
  }
  for (const { type, status: value, lastTransitionTime, reason = "", message = "" } of conditions)
    out.line(1, type, value, timeText(lastTransitionTime), reason, message);
  out.line(0);
  quotasSection(out, quotas);
  out.line(0);
  if (ranges.length === 0) out.line(0, "No LimitRange resource.");
  else {
    out.line(0, "Resource Limits");
    out.line(0, " Type", ...LIMIT_TITLES);
    out.line(0, " ----", ...LIMIT_TITLES.map((title) => "-".repeat(title.length)));
    for (const { spec } of ranges) limitLines(out, " ", spec?.limits ?? []);
  }
  return out.toString();
}

function quotasSection(out: DescribeText, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) return out.line(0, "No resource quota.");
  out.line(0, "Resource Quotas");
  for (const { metadata, spec, status } of quotas.toSorted((left, right) =>
    (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1,
  )) {
    out.line(1, "Name:", metadata.name ?? "");
    if (spec?.scopes && spec.scopes.length > 0) out.line(1, "Scopes:", spec.scopes.toSorted().join(", "));
    out.line(1, "Resource", "Used", "Hard");
    out.line(1, "--------", "---", "---");
    for (const name of Object.keys(status?.hard ?? {}).toSorted())
      out.line(1, name, canonicalQuantity(status?.used?.[name] ?? "0"), canonicalQuantity(status?.hard?.[name] ?? "0"));
  }
}

const LIMIT_TITLES = ["Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio"];

function limitLines(out: DescribeText, prefix: string, items: readonly LimitRangeItem[]): void {
  for (const { type, min, max, defaultRequest, default: defaultLimit, maxLimitRequestRatio } of items) {
    const columns = [min, max, defaultRequest, defaultLimit, maxLimitRequestRatio];
    const names = new Set(columns.flatMap((column) => Object.keys(column ?? {})));
    for (const name of [...names].toSorted()) {
      const values = columns.map((column) => (column?.[name] === undefined ? "-" : canonicalQuantity(column[name])));
      out.line(0, `${prefix}${type}`, name, ...values);
    }
  }
}

export function limitRangeText({ metadata, spec }: LimitRange): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "Type", ...LIMIT_TITLES);
  out.line(0, "----", ...LIMIT_TITLES.map((title) => "-".repeat(title.length)));
  limitLines(out, "", spec?.limits ?? []);
  return out.toString();
}

export function resourceQuotaText({ metadata, spec, status }: ResourceQuota): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  if (spec?.scopes && spec.scopes.length > 0) out.line(0, "Scopes:", spec.scopes.toSorted().join(", "));
  out.line(0, "Resource", "Used", "Hard");
  out.line(0, "--------", "----", "----");
  for (const name of Object.keys(status?.hard ?? {}).toSorted())
    out.line(0, name, canonicalQuantity(status?.used?.[name] ?? "0"), canonicalQuantity(status?.hard?.[name] ?? "0"));
  return out.toString();
}

const byteCount = (base64: string): number => Buffer.from(base64, "base64").length;

export function configMapText(
  { metadata, data, binaryData }: ConfigMap,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  nameAndLabels(out, metadata);
  out.line(0, "\nData\n====");
  for (const key of Object.keys(data ?? {}).toSorted()) out.line(0, `${key}:\n----\n${data?.[key] ?? ""}\n`);
  out.line(0, "\nBinaryData\n====");
  for (const key of Object.keys(binaryData ?? {}).toSorted())
    out.line(0, `${key}: ${byteCount(binaryData?.[key] ?? "")} bytes`);
  out.line(0);
  eventsSection(out, events, now);
  return out.toString();
}

/** Shows how long secrets are, but not what they say; tokens of service accounts are there to be read. */
export function secretText({ metadata, type, data }: Secret): string {
  const out = new DescribeText();
  nameAndLabels(out, metadata);
  out.line(0, "\nType:", type ?? "");
  out.line(0, "\nData\n====");
  for (const key of Object.keys(data ?? {}).toSorted()) {
    const value = data?.[key] ?? "";
    const isToken = key === "token" && type === "kubernetes.io/service-account-token";
    out.line(0, `${key}:`, isToken ? Buffer.from(value, "base64").toString("utf8") : `${byteCount(value)} bytes`);
  }
  return out.toString();
}

export function serviceAccountText(
  { metadata, imagePullSecrets = [] }: ServiceAccount,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  nameAndLabels(out, metadata);
  const [first = "<none>", ...rest] = imagePullSecrets.map(({ name }) => name ?? "");
  const title = "Image pull secrets:";
  out.line(0, title, first);
  for (const name of rest) out.line(0, " ".repeat(title.length), name);
  eventsSection(out, events, now);
  return out.toString();
}
