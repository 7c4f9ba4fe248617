import { feedKey, type FeedSelection } from "../../feeds/feed.ts";
import { homeSelections } from "../../feeds/home-summary.ts";
import type { LogSource } from "../../feeds/log-buffer.ts";
import { qualifiedName } from "../../feeds/resource.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { usageSelection, type UsageSelection } from "../../feeds/usage.ts";
import { ANY_NAMESPACE } from "./key-binding.ts";
import { relatedSelections } from "./related-tree.ts";
import {
  coreResource,
  eventsSelection,
  logPodsSelection,
  objectSelection,
  tableSelection,
  tableUsage,
} from "./screens.ts";
import { currentScreen, type LogsScreen, type ObjectScreen, type Screen, type State } from "./state.ts";
import { targets } from "./targets.ts";

export interface LogSubscription {
  /** Another container under the same name is another log. */
  readonly key: string;
  readonly source: LogSource;
  readonly isPrevious: boolean;
  /** Undefined: the end of it. */
  readonly sinceSeconds: number | undefined;
}

/** A text that a command writes about an object: written again when the object changed. */
export interface TextSubscription {
  readonly textKey: string;
  /** What is known of the object; another version needs another text. */
  readonly version: string;
  readonly args: readonly string[];
}

/** What has to be followed for what is on the screen, and nothing else. */
export interface Subscriptions {
  readonly feeds: readonly FeedSelection[];
  readonly logs: readonly LogSubscription[];
  readonly texts: readonly TextSubscription[];
  readonly usage: readonly UsageSelection[];
  /** Namespaces of which it has to be known what the user may do. */
  readonly access: readonly string[];
}

const NOTHING: Subscriptions = { feeds: [], logs: [], texts: [], usage: [], access: [] };

export function subscriptions(state: State): Subscriptions {
  const own = screenSubscriptions(state, currentScreen(state));
  // Whoever goes back from a row finds the table as it is by then, without waiting for its list.
  const below = state.screens.at(-2);
  const kept = below?.kind === "table" ? [tableSelection(state, below)] : [];
  return { ...own, feeds: [...own.feeds, ...kept], access: accessNamespaces(state) };
}

/** Of each namespace it is asked once. */
function accessNamespaces(state: State): readonly string[] {
  const namespaces = new Set(targets(state).map(({ namespace }) => namespace ?? ANY_NAMESPACE));
  return [...namespaces].filter((namespace) => state.access[namespace] === undefined);
}

function screenSubscriptions(state: State, screen: Screen): Subscriptions {
  switch (screen.kind) {
    case "home": {
      const nodes = coreResource(state.resources, "nodes");
      const usage = nodes && usageSelection(state.resources, nodes, undefined);
      return { ...NOTHING, feeds: homeFeeds(state), usage: usage ? [usage] : [] };
    }
    case "table": {
      const usage = tableUsage(state, screen);
      return { ...NOTHING, feeds: [tableSelection(state, screen)], usage: usage ? [usage] : [] };
    }
    case "object":
      return objectSubscriptions(state, screen);
    case "containers": {
      const usage = usageSelection(state.resources, screen.pod.resource, screen.pod.namespace);
      return { ...NOTHING, feeds: [objectSelection(screen.pod)], usage: usage ? [usage] : [] };
    }
    case "logs": {
      const pods = logPodsSelection(state, screen);
      return pods ? { ...NOTHING, feeds: [pods], logs: logSubscriptions(state, screen, pods) } : NOTHING;
    }
    case "list":
    case "text":
    case "help":
      return NOTHING;
  }
}

function objectSubscriptions(state: State, screen: ObjectScreen): Subscriptions {
  const object = objectSelection(screen.address);
  const events = screen.tab === "yaml" || screen.tab === "diff" ? undefined : eventsSelection(state, screen);
  const related = screen.tab === "related" ? relatedSelections(state, screen) : [];
  const args = textArguments(screen);
  const row = state.feeds[feedKey(object)]?.rows[0];
  const version = [
    textIn(objectIn(row?.object ?? {}, "metadata"), "resourceVersion"),
    ...(events ? (state.feeds[feedKey(events)]?.rows ?? []).map((each) => each.cells.join(" ")) : []),
  ].join("\n");
  return {
    ...NOTHING,
    feeds: [object, ...(events ? [events] : []), ...related],
    texts: args && row ? [{ textKey: textKey(screen), version, args }] : [],
  };
}

/** The command that writes the text of a tab; undefined where the text is made here. */
function textArguments({ address, tab }: ObjectScreen): readonly string[] | undefined {
  if (tab !== "describe" && tab !== "why" && tab !== "history") return undefined;
  const { resource, namespace, name } = address;
  const scope = namespace === undefined ? [] : [`--namespace=${namespace}`];
  return [tab, qualifiedName(resource), name, ...scope];
}

export function textKey({ address, tab }: Pick<ObjectScreen, "address" | "tab">): string {
  return `${tab} ${feedKey(objectSelection(address))}`;
}

/** Nodes come whole where it is measured what they use: what they could give is in their status. */
export function homeFeeds(state: State): readonly FeedSelection[] {
  return homeSelections(state.resources, state.namespace).map((selection) =>
    selection.resource.resource === "nodes" && usageSelection(state.resources, selection.resource, undefined)
      ? { ...selection, withObjects: true }
      : selection,
  );
}

function logSubscriptions(
  { feeds }: State,
  { container, isPrevious, sinceSeconds }: LogsScreen,
  pods: FeedSelection,
): readonly LogSubscription[] {
  return (feeds[feedKey(pods)]?.rows ?? []).flatMap(({ name, namespace = "", object }) =>
    startedContainers(object, isPrevious)
      .filter((each) => container === undefined || each.name === container)
      .map(({ name: containerName, id }) => ({
        key: `${namespace}/${name}/${containerName}/${id}/${isPrevious}/${sinceSeconds ?? ""}`,
        source: { namespace, pod: name, container: containerName },
        isPrevious,
        sinceSeconds,
      })),
  );
}

interface StartedContainer {
  readonly name: string;
  readonly id: string;
}

/** A container that has not started has no log yet, and asking for it is an error. */
function startedContainers(pod: Parameters<typeof objectIn>[0], isPrevious: boolean): readonly StartedContainer[] {
  const status = objectIn(pod, "status");
  const statuses = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].flatMap((key) =>
    objectsIn(status, key),
  );
  return statuses.flatMap((each) => {
    const id = isPrevious
      ? textIn(objectIn(objectIn(each, "lastState"), "terminated"), "containerID")
      : textIn(each, "containerID");
    return id === "" ? [] : [{ name: textIn(each, "name"), id }];
  });
}
