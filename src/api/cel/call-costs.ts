/** What calls of Kubernetes' libraries cost (apiserver/pkg/cel/library/cost.go). */
import { costSize, LIST_COST, REGEX_FACTOR, STRING_FACTOR, STRUCT_COST, traversalOf } from "../../lib/cel/cost.ts";
import type { CallCosts } from "../../lib/cel/environment.ts";
import { ListValue, MapValue, OpaqueValue, type Value } from "../../lib/cel/values.ts";
import { FormatValue } from "./named-formats.ts";

/** Two checks of permission fill the budget of an expression. */
const AUTHORIZATION_COST = 350_000;

/** Calls that look something up. */
const NOMINAL_COSTS: ReadonlySet<string> = new Set([
  "serviceAccount",
  "path",
  "group",
  "resource",
  "subresource",
  "namespace",
  "name",
  "allowed",
  "reason",
  "error",
  "errored",
  "masked",
  "prefixLength",
  "family",
  "isUnspecified",
  "isLoopback",
  "isLinkLocalMulticast",
  "isLinkLocalUnicast",
  "isGlobalUnicast",
  "format.named",
  "sign",
  "asInteger",
  "isInteger",
  "asApproximateFloat",
  "isGreaterThan",
  "isLessThan",
  "compareTo",
  "add",
  "sub",
  "major",
  "minor",
  "patch",
  "getScheme",
  "getHostname",
  "getHost",
  "getPort",
  "getEscapedPath",
  "getQuery",
]);

/** Calls that read their first argument once. */
const READING: ReadonlySet<string> = new Set([
  "url",
  "lowerAscii",
  "upperAscii",
  "substring",
  "trim",
  "jsonpatch.escapeKey",
  "cidr",
  "isIP",
  "isCIDR",
  "quantity",
  "isQuantity",
  "semver",
  "isSemver",
]);

export const callCosts: CallCosts = (functionName, overloadId, args, result) => {
  const size = (index: number): number => costSize(args[index] ?? null);
  if (NOMINAL_COSTS.has(functionName)) return 1;
  if (READING.has(functionName)) return traversalOf(size(0));
  switch (functionName) {
    case "check":
      return AUTHORIZATION_COST;
    case "fieldSelector":
    case "labelSelector":
      return LIST_COST + traversalOf(size(1)) + Math.ceil(Math.ceil(size(1) * 0.5) * (LIST_COST + STRUCT_COST));
    case "isSorted":
    case "sum":
    case "max":
    case "min":
    case "indexOf":
    case "lastIndexOf":
      return treeCost(args[0] ?? null);
    case "replace":
    case "split":
      return traversalOf(size(0), 2 * STRING_FACTOR);
    case "join":
      return traversalOf(costSize(result), 2 * STRING_FACTOR);
    case "find":
    case "findAll":
      return traversalOf(1 + size(0)) * traversalOf(size(1), REGEX_FACTOR);
    case "ip":
      return overloadId === "cidr_ip" ? 1 : traversalOf(size(0));
    case "ip.isCanonical":
      return traversalOf(size(0), 2 * STRING_FACTOR);
    case "containsIP":
      return traversalOf(2 * size(0)) + (overloadId === "cidr_contains_ip_string" ? traversalOf(size(1)) : 0);
    case "containsCIDR": {
      const parsing = overloadId === "cidr_contains_cidr_string" ? traversalOf(size(1)) : 0;
      return traversalOf(2 * size(0)) + traversalOf(size(0)) + 1 + parsing;
    }
    case "validate": {
      const [format] = args;
      if (!(format instanceof FormatValue)) return undefined;
      return traversalOf(1 + size(1)) * traversalOf(format.regexSize, REGEX_FACTOR);
    }
    case "_==_":
      return args[0] instanceof OpaqueValue ? 1 : undefined;
    default:
      return listCost(overloadId, args, result);
  }
};

/** What the list library says of its own functions (cel-go's ext/lists.go). */
function listCost(overloadId: string, args: readonly Value[], result: Value): number | undefined {
  switch (overloadId) {
    case "list_slice":
    case "lists_range":
    case "list_reverse":
      return listCallCost(costSize(result), 1);
    case "list_flatten":
    case "list_flatten_int":
      return listCallCost(costSize(args[0] ?? null), typeof args[1] === "bigint" ? Number(args[1]) : 1);
    case "list_distinct":
      return selfCompareCost(args[0]);
    default:
      if (!overloadId.startsWith("list_")) return undefined;
      if (overloadId.endsWith("_sort")) return selfCompareCost(args[0]);
      return overloadId.endsWith("_sortByAssociatedKeys") ? selfCompareCost(args[1]) : undefined;
  }
}

function selfCompareCost(list: Value | undefined): number {
  if (!(list instanceof ListValue) || list.size === 0) return listCallCost(0, 2);
  const first = list.at(0);
  const isText = typeof first === "string" || first instanceof Uint8Array;
  return listCallCost(list.size * list.size, isText ? 2 + STRING_FACTOR : 2);
}

const listCallCost = (size: number, factor: number): number => Math.trunc(size * factor) + 1 + LIST_COST;

/** A walk through everything below a value. */
function treeCost(value: Value): number {
  if (typeof value === "string") return Math.trunc(Buffer.byteLength(value) * STRING_FACTOR);
  if (value instanceof Uint8Array) return Math.trunc(value.length * STRING_FACTOR);
  let cost = 0;
  if (value instanceof ListValue) {
    for (const each of value) cost += treeCost(each);
    return cost;
  }
  if (value instanceof MapValue) {
    for (const key of value.keys()) cost += treeCost(key) + treeCost(value.get(key) ?? null);
    return cost;
  }
  return 1;
}
