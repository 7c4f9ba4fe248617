import { age } from "../duration-text.ts";
import type { Column } from "../kind.ts";
import type { KubeObject } from "../resource-type.ts";

/** The building blocks of Table columns; upstream's names, types and priorities (pkg/printers/internalversion). */
export const nameColumn: Column<KubeObject> = {
  name: "Name",
  type: "string",
  format: "name",
  priority: 0,
  value: ({ metadata }) => metadata.name ?? "",
};

export const ageColumn: Column<KubeObject> = {
  name: "Age",
  type: "string",
  priority: 0,
  value: ({ metadata }, { now }) => age(metadata.creationTimestamp, now),
};

/** What kinds without a printer of their own show. */
export const defaultColumns: readonly Column<KubeObject>[] = [
  nameColumn,
  {
    name: "Created At",
    type: "date",
    priority: 0,
    value: ({ metadata }) => metadata.creationTimestamp ?? "0001-01-01T00:00:00Z",
  },
];

/** A column of text that is always shown. */
export function text<T>(name: string, value: Column<T>["value"]): Column<T> {
  return { name, type: "string", priority: 0, value };
}

export function integer<T>(name: string, value: Column<T>["value"]): Column<T> {
  return { name, type: "integer", priority: 0, value };
}

export function boolean<T>(name: string, value: Column<T>["value"]): Column<T> {
  return { name, type: "boolean", priority: 0, value };
}

/** Shown with `-o wide` only. */
export function wide<T>(name: string, value: Column<T>["value"]): Column<T> {
  return { name, type: "string", priority: 1, value };
}
