import { labelSelectorText, selectorOfLabels, type Labels } from "../label-selector.ts";
import type { LabelSelector } from "../types/meta-v1.ts";

/** A label selector as columns show it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  return labelSelectorText(selector) || "<none>";
}

/** A map of labels as columns show it. */
export function formatLabels(labels: Labels | undefined): string {
  return selectorOfLabels(labels).text || "<none>";
}
