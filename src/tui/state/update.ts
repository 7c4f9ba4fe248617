import { feedKey } from "../../feeds/feed.ts";
import { appendedLog, EMPTY_LOG } from "../../feeds/log-buffer.ts";
import { addressText } from "../../feeds/resource.ts";
import { screenKey } from "./keys.ts";
import { promptKey } from "./prompt-keys.ts";
import { runCommandAgain } from "./run-command.ts";
import { coreResource, logsScreen, tableScreen } from "./screens.ts";
import {
  currentScreen,
  type Effect,
  type Event,
  pushScreen,
  type Screen,
  type State,
  type Step,
  step,
} from "./state.ts";
import { subscriptions } from "./subscriptions.ts";
import { settled } from "./table-cursor.ts";

/** The next state after an event, and what has to be done. */
export function update(state: State, event: Event): Step {
  const { state: next, effects } = applied(state, event);
  const isSame = isSameLog(currentScreen(state), currentScreen(next));
  return { state: settled(onlyWatched(isSame ? next : { ...next, logs: EMPTY_LOG })), effects };
}

/** What nobody looks at any more is forgotten: it would no longer be true. */
function onlyWatched(state: State): State {
  const watched = new Set(subscriptions(state).feeds.map(feedKey));
  const kept = Object.entries(state.feeds).filter(([key]) => watched.has(key));
  return kept.length === Object.keys(state.feeds).length ? state : { ...state, feeds: Object.fromEntries(kept) };
}

function applied(state: State, event: Event): Step {
  switch (event.type) {
    case "keys":
      return pressed(state, event.keys);
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
    case "notified":
      return step({ ...state, notice: event.notice });
  }
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
  return before.of === after.of && before.container === after.container && before.isPrevious === after.isPrevious;
}
