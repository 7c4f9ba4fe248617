import type { Column, Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { ListMeta, Table, TableColumnDefinition, TableRow } from "../../api/types/meta-v1.ts";
import { partialMetadata } from "./partial-metadata.ts";
import type { IncludeObject, MetaVersion } from "./representation.ts";

export interface TableOptions {
  readonly version: MetaVersion;
  readonly includeObject: IncludeObject;
  readonly now: number;
  /** Later tables of a watch leave the columns out: they are those of the first. */
  readonly hasColumns: boolean;
}

/** What `kubectl get` prints: the server chooses the columns. */
export function tableOf(
  kind: Kind,
  objects: readonly Readonly<KubeObject>[],
  metadata: ListMeta,
  options: TableOptions,
): Omit<Table, "columnDefinitions"> & { readonly columnDefinitions: readonly TableColumnDefinition[] | null } {
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: options.hasColumns ? kind.columns.map(columnDefinition) : null,
    rows: objects.map((object) => row(kind, object, options)),
  };
}

const columnDefinition = ({
  name,
  type,
  format = "",
  description = "",
  priority,
}: Column<KubeObject>): TableColumnDefinition => ({
  name,
  type,
  format,
  description,
  priority,
});

function row({ columns }: Kind, object: Readonly<KubeObject>, options: TableOptions): TableRow {
  return {
    cells: columns.map((column) => column.value(object, options)),
    object: rowObject(object, options),
  };
}

function rowObject(object: Readonly<KubeObject>, { includeObject, version }: TableOptions): object | null {
  switch (includeObject) {
    case "None":
      return null;
    case "Metadata":
      return partialMetadata(object, version);
    case "Object":
      return object;
  }
}
