/** New screens, and what of the server each shows. */
import type { FeedSelection } from "../../feeds/feed.ts";
import type { DashboardResource, ObjectAddress } from "../../feeds/resource.ts";
import { usageSelection, type UsageSelection } from "../../feeds/usage.ts";
import { NOTHING_SHOWN } from "./shown-table.ts";
import type {
  HomeScreen,
  ListName,
  ListRow,
  ListScreen,
  LogsScreen,
  ObjectScreen,
  ObjectTab,
  Scope,
  State,
  TableScreen,
  TextScreen,
} from "./state.ts";

export function tableScreen(resource: DashboardResource, scope: Scope = {}, filter = ""): TableScreen {
  return {
    kind: "table",
    resource,
    scope,
    filter,
    sort: undefined,
    isWide: false,
    showsFaultsOnly: false,
    marks: new Set(),
    cursorUid: undefined,
    cursor: 0,
    top: 0,
    shown: NOTHING_SHOWN,
  };
}

export const HOME: HomeScreen = { kind: "home", cursor: undefined };

export function listScreen(list: ListName, rows?: readonly ListRow[]): ListScreen {
  return { kind: "list", list, rows, filter: "", cursor: 0, top: 0 };
}

export function textScreen(title: string, text: string): TextScreen {
  return { kind: "text", title, text, isWrapped: true, search: "", top: 0 };
}

export function objectScreen(address: ObjectAddress, uid: string, tab: ObjectTab): ObjectScreen {
  return {
    kind: "object",
    address,
    uid,
    tab,
    showsManagedFields: false,
    showsSecrets: false,
    isWrapped: true,
    search: "",
    top: 0,
    cursor: 0,
  };
}

export function logsScreen(
  of: ObjectAddress,
  options: Partial<Pick<LogsScreen, "labelSelector" | "container" | "isPrevious">> = {},
): LogsScreen {
  return {
    kind: "logs",
    of,
    labelSelector: undefined,
    container: undefined,
    isPrevious: false,
    isWrapped: false,
    hasTimestamps: false,
    isReadable: true,
    sinceSeconds: undefined,
    filter: "",
    search: "",
    bottom: undefined,
    ...options,
  };
}

/** The namespace a table is restricted to; undefined for all, and where there are none. */
export function tableNamespace({ namespace }: State, { resource, scope }: TableScreen): string | undefined {
  if (!resource.namespaced) return undefined;
  return scope.namespace === undefined ? namespace : scope.namespace || undefined;
}

export function tableSelection(state: State, screen: TableScreen): FeedSelection {
  const { labelSelector, fieldSelector } = screen.scope;
  const selection = {
    resource: screen.resource,
    namespace: tableNamespace(state, screen),
    labelSelector,
    fieldSelector,
  };
  // What a node could give is only in the whole object.
  const isMeasured = screen.resource.resource === "nodes" && tableUsage(state, screen) !== undefined;
  return isMeasured ? { ...selection, withObjects: true } : selection;
}

/** What measures the objects of a table, where something does. */
export function tableUsage(state: State, screen: TableScreen): UsageSelection | undefined {
  return usageSelection(state.resources, screen.resource, tableNamespace(state, screen));
}

/** One object, whole, followed as the collection in which only it has that name. */
export function objectSelection({ resource, namespace, name }: ObjectAddress): FeedSelection {
  return { resource, namespace, fieldSelector: `metadata.name=${name}`, withObjects: true };
}

export function eventsSelection({ resources }: State, { address, uid }: ObjectScreen): FeedSelection | undefined {
  const events = coreResource(resources, "events");
  return events && { resource: events, namespace: address.namespace, fieldSelector: `involvedObject.uid=${uid}` };
}

export function logPodsSelection({ resources }: State, { of, labelSelector }: LogsScreen): FeedSelection | undefined {
  const pods = coreResource(resources, "pods");
  if (!pods) return undefined;
  if (labelSelector === undefined) return objectSelection({ ...of, resource: pods });
  return { resource: pods, namespace: of.namespace, labelSelector, withObjects: true };
}

export function coreResource(resources: readonly DashboardResource[], name: string): DashboardResource | undefined {
  return resources.find(({ group, resource }) => group === "" && resource === name);
}
