/**
 * Everything the dashboard shows is a function of this state, and everything that happens is an event that `update` turns
 * into the next state. What to follow on the server is read off the state too: see `subscriptions`.
 */
import type { FeedColumn, FeedContent, FeedRow } from "../../feeds/feed.ts";
import type { LogBuffer, LoggedLine } from "../../feeds/log-buffer.ts";
import type { DashboardResource, ObjectAddress } from "../../feeds/resource.ts";
import type { UsageHistory, UsageSample } from "../../feeds/usage.ts";
import type { AccessRules } from "./access.ts";

export interface State {
  readonly contextName: string;
  readonly resources: readonly DashboardResource[];
  readonly isReadOnly: boolean;
  readonly size: Size;
  /** Milliseconds since the epoch: ages are counted to here. */
  readonly now: number;
  /** Undefined for all. */
  readonly namespace: string | undefined;
  /** The latest first, at most nine: keys 1-9. */
  readonly recentNamespaces: readonly string[];
  /** The breadcrumbs; the last one is shown. Never empty. */
  readonly screens: readonly [Screen, ...Screen[]];
  readonly prompt: Prompt | undefined;
  /** Commands that were entered, the latest last. */
  readonly history: readonly string[];
  readonly notice: Notice | undefined;
  /** What is known of each feed that somebody looks at, by feedKey. */
  readonly feeds: Readonly<Record<string, FeedContent>>;
  readonly logs: LogBuffer;
  /** Texts that commands wrote about an object somebody looks at, by textKey. */
  readonly texts: Readonly<Record<string, ObjectText>>;
  /** What objects use of CPU and memory, by usageKey. */
  readonly usage: Readonly<Record<string, UsageHistory>>;
  /** What the user may do, by namespace; of one that is missing nothing is known yet. */
  readonly access: Readonly<Record<string, AccessRules>>;
  /** Port-forwards live on whatever screen is shown. */
  readonly forwards: readonly Forward[];
  readonly skin: SkinName;
}

/** `dark` and `light` choose among the 16 colours what can be read on such a background; `plain` has none. */
export type SkinName = "dark" | "light" | "plain";

export interface ObjectText {
  readonly text: string;
  readonly isProblem: boolean;
}

export interface Forward {
  readonly id: number;
  readonly address: ObjectAddress;
  /** As the user wrote it: `8080:80`. */
  readonly ports: string;
  /** `127.0.0.1:8080 -> 80`, once it listens. */
  readonly listens: readonly string[];
  readonly status: "starting" | "active" | "ended";
  /** Why it ended. */
  readonly problem: string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Notice {
  readonly tone: "good" | "bad";
  readonly text: string;
}

export type Screen =
  | HomeScreen
  | TableScreen
  | ObjectScreen
  | ContainersScreen
  | LogsScreen
  | ListScreen
  | TextScreen
  | HelpScreen;
export type ScreenKind = Screen["kind"];

export interface HomeScreen {
  readonly kind: "home";
  /** Counts the lines that lead somewhere; undefined until one moves. */
  readonly cursor: number | undefined;
}

/** What is no resource of the server. */
export type ListName = "contexts" | "clusters" | "forwards" | "aliases";

export interface ListRow {
  readonly key: string;
  readonly cells: readonly string[];
  readonly isCurrent?: boolean;
}

export interface ListScreen {
  readonly kind: "list";
  readonly list: ListName;
  /** Undefined while they are fetched. */
  readonly rows: readonly ListRow[] | undefined;
  readonly filter: string;
  readonly cursor: number;
  readonly top: number;
}

/** What a command wrote. */
export interface TextScreen {
  readonly kind: "text";
  readonly title: string;
  readonly text: string;
  readonly isWrapped: boolean;
  readonly search: string;
  readonly top: number;
}

export interface TableScreen {
  readonly kind: "table";
  readonly resource: DashboardResource;
  readonly scope: Scope;
  readonly filter: string;
  readonly sort: Sort | undefined;
  readonly isWide: boolean;
  /** Only what is not as it should be. */
  readonly showsFaultsOnly: boolean;
  readonly marks: ReadonlySet<string>;
  /** The row under the cursor; when it is gone the cursor stays at its place. */
  readonly cursorUid: string | undefined;
  readonly cursor: number;
  /** The first row on the screen. */
  readonly top: number;
  readonly shown: ShownTable;
}

/** Which objects of the resource a table shows. */
export interface Scope {
  /** Undefined: the namespace of the dashboard; empty: all of them. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Only objects that this one owns. */
  readonly ownerUid?: string | undefined;
  /** What was entered to get here, for the breadcrumbs. */
  readonly of?: string | undefined;
}

export interface Sort {
  /** By the column's name: columns may change while one looks. */
  readonly column: string;
  readonly isDescending: boolean;
}

/** What a table shows, and what it was made of: made again only when that changes. */
export interface ShownTable {
  readonly content: FeedContent | undefined;
  readonly usage: UsageHistory | undefined;
  readonly sort: Sort | undefined;
  readonly filter: string;
  readonly isWide: boolean;
  readonly showsFaultsOnly: boolean;
  readonly hasNamespaces: boolean;
  readonly columns: readonly ShownColumn[];
  readonly rows: readonly FeedRow[];
  /** Why the filter cannot be applied. */
  readonly filterError: string | undefined;
}

export interface ShownColumn extends FeedColumn {
  /** Where the cell is in a row; below 0 what is no cell of the server: the namespace, and what is used. */
  readonly at: number;
  readonly width: number;
}

export type ObjectTab = "describe" | "yaml" | "events" | "related" | "diff" | "why" | "history";

export interface ObjectScreen {
  readonly kind: "object";
  readonly address: ObjectAddress;
  readonly uid: string;
  readonly tab: ObjectTab;
  readonly showsManagedFields: boolean;
  readonly showsSecrets: boolean;
  readonly isWrapped: boolean;
  readonly search: string;
  readonly top: number;
  /** The line of the tree of related objects that is chosen. */
  readonly cursor: number;
}

export interface ContainersScreen {
  readonly kind: "containers";
  readonly pod: ObjectAddress;
  readonly uid: string;
  readonly cursor: number;
}

export interface LogsScreen {
  readonly kind: "logs";
  readonly of: ObjectAddress;
  /** One pod by its name, or all that the selector finds. */
  readonly labelSelector: string | undefined;
  /** Undefined for all containers. */
  readonly container: string | undefined;
  readonly isPrevious: boolean;
  readonly isWrapped: boolean;
  readonly hasTimestamps: boolean;
  /** Lines that are JSON are shown as their message and fields. */
  readonly isReadable: boolean;
  /** Only what was written in the last so many seconds; undefined: the end of the log. */
  readonly sinceSeconds: number | undefined;
  readonly filter: string;
  /** Marked where it is found, without hiding other lines. */
  readonly search: string;
  /** The sequence number of the last line on the screen; undefined follows the newest. */
  readonly bottom: number | undefined;
}

export interface HelpScreen {
  readonly kind: "help";
  readonly top: number;
  /** Whose keys are explained. */
  readonly about: ScreenKind;
}

export type Prompt =
  | { readonly kind: "command"; readonly text: string; readonly historyAt: number | undefined }
  | { readonly kind: "filter"; readonly text: string }
  | { readonly kind: "input"; readonly ask: Question; readonly label: string; readonly text: string }
  /** Something that destroys waits for a yes. */
  | { readonly kind: "confirm"; readonly question: string; readonly effect: Effect };

/** What an answer in a line of text is for. */
export type Question =
  | { readonly type: "scale" | "image" | "label" | "rollback" | "drain"; readonly targets: readonly ObjectAddress[] }
  | { readonly type: "forward"; readonly address: ObjectAddress }
  | { readonly type: "save" }
  | { readonly type: "search" };

/** What `update` wants done in the world; the runtime does it and tells the outcome as an event. */
export type Effect =
  | { readonly type: "quit" }
  | { readonly type: "drill"; readonly address: ObjectAddress; readonly into: "pods" | "logs" }
  | { readonly type: "discover"; readonly command: string }
  | { readonly type: "delete"; readonly targets: readonly ObjectAddress[]; readonly isForced: boolean }
  | { readonly type: "scale"; readonly targets: readonly ObjectAddress[]; readonly replicas: number }
  | { readonly type: "restart"; readonly targets: readonly ObjectAddress[] }
  | { readonly type: "cordon"; readonly targets: readonly ObjectAddress[]; readonly isUnschedulable: boolean }
  | { readonly type: "shell"; readonly pod: ObjectAddress; readonly container: string | undefined }
  | { readonly type: "attach"; readonly pod: ObjectAddress; readonly container: string | undefined }
  | { readonly type: "edit"; readonly address: ObjectAddress }
  /** Lines for the command line of this program, one after the other; what they write is told or shown. */
  | {
      readonly type: "command";
      readonly title: string;
      readonly lines: readonly (readonly string[])[];
      readonly isShown: boolean;
      /** Shown again afterwards. */
      readonly list?: ListName;
    }
  | { readonly type: "list"; readonly list: "contexts" | "clusters" }
  | { readonly type: "connect"; readonly context: string }
  | { readonly type: "forward"; readonly forward: Forward }
  | { readonly type: "endForward"; readonly id: number }
  | { readonly type: "images"; readonly targets: readonly ObjectAddress[] }
  | { readonly type: "copy"; readonly text: string; readonly what: string }
  | { readonly type: "save"; readonly path: string; readonly text: string }
  | { readonly type: "refresh" };

export type Event =
  | { readonly type: "keys"; readonly keys: readonly string[] }
  | { readonly type: "mouse"; readonly mouse: MouseInput }
  | { readonly type: "resized"; readonly size: Size }
  | { readonly type: "ticked"; readonly now: number }
  | { readonly type: "fed"; readonly key: string; readonly content: FeedContent; readonly now: number }
  | { readonly type: "logged"; readonly lines: readonly LoggedLine[] }
  | { readonly type: "texted"; readonly key: string; readonly content: ObjectText }
  | { readonly type: "measured"; readonly key: string; readonly samples: ReadonlyMap<string, UsageSample> }
  | { readonly type: "allowed"; readonly namespace: string; readonly rules: AccessRules }
  | { readonly type: "discovered"; readonly resources: readonly DashboardResource[]; readonly command: string }
  | {
      readonly type: "drilled";
      readonly address: ObjectAddress;
      readonly into: "pods" | "logs";
      readonly selector: string;
    }
  | { readonly type: "answered"; readonly title: string; readonly text: string }
  | { readonly type: "listed"; readonly list: ListName; readonly rows: readonly ListRow[] }
  | { readonly type: "connected"; readonly cluster: ConnectedCluster }
  | { readonly type: "forwarded"; readonly id: number; readonly change: Partial<Forward> }
  | { readonly type: "imaged"; readonly targets: readonly ObjectAddress[]; readonly images: readonly string[] }
  | { readonly type: "notified"; readonly notice: Notice };

export interface ConnectedCluster {
  readonly contextName: string;
  readonly namespace: string | undefined;
  readonly resources: readonly DashboardResource[];
}

/** A cell of the screen from 0, and what happened there. */
export interface MouseInput {
  readonly button: "left" | "wheelup" | "wheeldown";
  readonly column: number;
  readonly row: number;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const step = (state: State, ...effects: readonly Effect[]): Step => ({ state, effects });

export function currentScreen({ screens }: State): Screen {
  return screens.at(-1) ?? screens[0];
}

/** The state with another screen in place of the current one. */
export function withScreen(state: State, screen: Screen): State {
  const [first, ...rest] = state.screens;
  return { ...state, screens: rest.length === 0 ? [screen] : [first, ...rest.slice(0, -1), screen] };
}

export function pushScreen(state: State, screen: Screen): State {
  return { ...state, screens: [...state.screens, screen], prompt: undefined, notice: undefined };
}

export function popScreen(state: State): State {
  const [first, ...rest] = state.screens;
  return { ...state, screens: [first, ...rest.slice(0, -1)], prompt: undefined, notice: undefined };
}

/** Lines that the header, the breadcrumbs, the prompt and the table's own header leave to rows. */
const CHROME_LINES = 4;

export function bodyHeight({ size }: State): number {
  return Math.max(1, size.rows - CHROME_LINES);
}
