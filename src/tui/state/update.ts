import { feedKey } from "../../feeds/feed.ts";
import { appendedLog, EMPTY_LOG } from "../../feeds/log-buffer.ts";
import { addressText } from "../../feeds/resource.ts";
import { usageKey, withSamples } from "../../feeds/usage.ts";
import { screenKey } from "./keys.ts";
import { mouseStep } from "./mouse.ts";
import { promptKey } from "./prompt-keys.ts";
import { runCommandAgain } from "./run-command.ts";
import { coreResource, HOME, logsScreen, tableScreen, textScreen } from "./screens.ts";
import {
  type ConnectedCluster,
  currentScreen,
  type Effect,
  type Event,
  type ListRow,
  type ListScreen,
  pushScreen,
  type Screen,
  type State,
  type Step,
  step,
  withScreen,
} from "./state.ts";
import { subscriptions } from "./subscriptions.ts";
import { settled } from "./table-cursor.ts";
import { targetsText } from "./targets.ts";

/** The next state after an event, and what has to be done. */
export function update(state: State, event: Event): Step {
  const { state: next, effects } = applied(state, event);
  const isSame = isSameLog(currentScreen(state), currentScreen(next));
  return { state: settled(onlyWatched(isSame ? next : { ...next, logs: EMPTY_LOG })), effects };
}

/** What nobody looks at any more is forgotten: it would no longer be true. */
function onlyWatched(state: State): State {
  const { feeds, texts, usage } = subscriptions(state);
  return {
    ...state,
    feeds: onlyKeys(state.feeds, new Set(feeds.map(feedKey))),
    texts: onlyKeys(state.texts, new Set(texts.map((each) => each.textKey))),
    usage: onlyKeys(state.usage, new Set(usage.map(usageKey))),
  };
}

/** The record itself when there is nothing to leave out: what is the same is not painted again. */
function onlyKeys<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Readonly<Record<string, T>> {
  const entries = Object.entries(record);
  const kept = entries.filter(([key]) => keys.has(key));
  return kept.length === entries.length ? record : Object.fromEntries(kept);
}

function applied(state: State, event: Event): Step {
  switch (event.type) {
    case "keys":
      return pressed(state, event.keys);
    case "mouse":
      return mouseStep(state, event.mouse);
    case "resized":
      return step({ ...state, size: event.size });
    case "ticked":
      return step({ ...state, now: event.now });
    case "fed":
      return step({ ...state, now: event.now, feeds: { ...state.feeds, [event.key]: event.content } });
    case "logged":
      return step({ ...state, logs: appendedLog(state.logs, event.lines) });
    case "discovered":
      return step(runCommandAgain({ ...state, resources: event.resources }, event.command));
    case "drilled":
      return step(drilled(state, event));
    case "texted":
      return step({ ...state, texts: { ...state.texts, [event.key]: event.content } });
    case "measured": {
      const measured = withSamples(state.usage[event.key], event.samples);
      return step({ ...state, usage: { ...state.usage, [event.key]: measured } });
    }
    case "allowed":
      return step({ ...state, access: { ...state.access, [event.namespace]: event.rules } });
    case "answered":
      return step(pushScreen(state, textScreen(event.title, event.text)));
    case "listed": {
      const screen = currentScreen(state);
      const isShown = screen.kind === "list" && screen.list === event.list;
      return step(isShown ? withScreen(state, listed(screen, event.rows)) : state);
    }
    case "connected":
      return step(connected(state, event.cluster));
    case "forwarded": {
      const forwards = state.forwards.map((each) => (each.id === event.id ? { ...each, ...event.change } : each));
      return step({ ...state, forwards });
    }
    case "imaged": {
      const ask = { type: "image", targets: event.targets } as const;
      const label = `Image of ${targetsText(event.targets)}: `;
      return step({ ...state, prompt: { kind: "input", ask, label, text: event.images.join(" ") } });
    }
    case "notified":
      return step({ ...state, notice: event.notice });
  }
}

/** The cursor begins at what is in use. */
function listed(screen: ListScreen, rows: readonly ListRow[]): ListScreen {
  if (screen.rows !== undefined) return { ...screen, rows };
  return {
    ...screen,
    rows,
    cursor: Math.max(
      0,
      rows.findIndex(({ isCurrent }) => isCurrent === true),
    ),
  };
}

/** Nothing of one cluster is left when another is shown, but for port-forwards, which go on. */
function connected(state: State, { contextName, namespace, resources }: ConnectedCluster): State {
  return {
    ...state,
    contextName,
    namespace,
    recentNamespaces: namespace === undefined ? [] : [namespace],
    resources,
    screens: [HOME],
    feeds: {},
    logs: EMPTY_LOG,
    texts: {},
    usage: {},
    access: {},
    notice: { tone: "good", text: `Switched to ${contextName}` },
  };
}

/** Keys that arrive together act one after the other, each on what the one before made. */
function pressed(state: State, keys: readonly string[]): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const next = current.prompt ? promptKey(current, current.prompt, key) : screenKey(current, key);
    current = settled(next.state);
    effects.push(...next.effects);
  }
  return { state: current, effects };
}

function drilled(state: State, { address, into, selector }: Extract<Event, { type: "drilled" }>): State {
  const pods = coreResource(state.resources, "pods");
  if (!pods) return state;
  if (selector === "") return { ...state, notice: { tone: "bad", text: `${addressText(address)} selects no pods` } };
  if (into === "logs") return pushScreen(state, logsScreen(address, { labelSelector: selector }));
  const scope = { namespace: address.namespace ?? "", labelSelector: selector, of: addressText(address) };
  return pushScreen(state, tableScreen(pods, scope));
}

/** Another log starts empty; filters and scrolling keep what has come. */
function isSameLog(before: Screen, after: Screen): boolean {
  if (before.kind !== "logs" || after.kind !== "logs") return before.kind === after.kind;
  return (
    before.of === after.of &&
    before.container === after.container &&
    before.isPrevious === after.isPrevious &&
    before.sinceSeconds === after.sinceSeconds
  );
}
