import { feedKey, type FeedSelection } from "../../feeds/feed.ts";
import { homeSelections } from "../../feeds/home-summary.ts";
import type { LogSource } from "../../feeds/log-buffer.ts";
import { ownedSelections } from "../../feeds/owned-resources.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { eventsSelection, logPodsSelection, objectSelection, tableSelection } from "./screens.ts";
import { currentScreen, type LogsScreen, type State } from "./state.ts";

export interface LogSubscription {
  /** Another container under the same name is another log. */
  readonly key: string;
  readonly source: LogSource;
  readonly isPrevious: boolean;
}

/** What has to be followed for what is on the screen, and nothing else. */
export interface Subscriptions {
  readonly feeds: readonly FeedSelection[];
  readonly logs: readonly LogSubscription[];
}

export function subscriptions(state: State): Subscriptions {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "home":
      return { feeds: homeSelections(state.resources, state.namespace), logs: [] };
    case "table":
      return { feeds: [tableSelection(state, screen)], logs: [] };
    case "object": {
      const events = screen.tab === "events" ? eventsSelection(state, screen) : undefined;
      const owned = screen.tab === "related" ? ownedSelections(state.resources, screen.address) : [];
      return { feeds: [objectSelection(screen.address), ...(events ? [events] : []), ...owned], logs: [] };
    }
    case "containers":
      return { feeds: [objectSelection(screen.pod)], logs: [] };
    case "logs": {
      const pods = logPodsSelection(state, screen);
      return pods ? { feeds: [pods], logs: logSubscriptions(state, screen, pods) } : { feeds: [], logs: [] };
    }
    case "help":
      return { feeds: [], logs: [] };
  }
}

function logSubscriptions(
  { feeds }: State,
  { container, isPrevious }: LogsScreen,
  pods: FeedSelection,
): readonly LogSubscription[] {
  return (feeds[feedKey(pods)]?.rows ?? []).flatMap(({ name, namespace = "", object }) =>
    startedContainers(object, isPrevious)
      .filter((each) => container === undefined || each.name === container)
      .map(({ name: containerName, id }) => ({
        key: `${namespace}/${name}/${containerName}/${id}/${isPrevious}`,
        source: { namespace, pod: name, container: containerName },
        isPrevious,
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
