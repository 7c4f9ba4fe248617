import type { Column } from "../kind.ts";
import type { PodTemplateSpec } from "../types/core-v1.ts";
import { wide } from "./columns.ts";

/** The wide columns of every kind that has a pod template. */
export function containerColumns<T>(template: (object: T) => PodTemplateSpec | undefined): readonly Column<T>[] {
  return [
    wide("Containers", (object) => containerNames(template(object))),
    wide("Images", (object) => containerImages(template(object))),
  ];
}

export function containerNames(template: PodTemplateSpec | undefined): string {
  return (template?.spec?.containers ?? []).map(({ name }) => name).join(",");
}

export function containerImages(template: PodTemplateSpec | undefined): string {
  return (template?.spec?.containers ?? []).map(({ image }) => image ?? "").join(",");
}
