import { type DashboardResource, findResource, resourceCompletions } from "../../feeds/resource.ts";
import { HOME, listScreen, tableScreen } from "./screens.ts";
import { type ListName, pushScreen, type SkinName, type State, type Step, step } from "./state.ts";

const MOST_HISTORY = 100;
const MOST_RECENT_NAMESPACES = 9;
/** Words of the command mode that are no resources. */
const WORDS = ["quit", "home", "help", "contexts", "clusters", "forwards", "aliases", "apply", "skin"];
const SKINS: readonly SkinName[] = ["dark", "light", "plain"];

/** Does what was entered after `:`; a name nobody knows is looked up on the server again: its kind may be new. */
export function runCommand(state: State, text: string): Step {
  const command = text.trim();
  const remembered = { ...state, prompt: undefined, notice: undefined, history: withCommand(state.history, command) };
  const [name = "", ...rest] = command.split(/\s+/);
  if (name === "") return step({ ...state, prompt: undefined });
  const own = ownCommand(remembered, name, rest);
  if (own) return own;
  const resource = findResource(state.resources, name);
  if (!resource) return step(remembered, { type: "discover", command });
  return step(openResource(remembered, resource, rest));
}

function ownCommand(state: State, name: string, rest: readonly string[]): Step | undefined {
  switch (name) {
    case "q":
    case "q!":
    case "quit":
    case "exit":
      return step(state, { type: "quit" });
    case "home":
    case "pulse":
    case "pulses":
      return step({ ...state, screens: [HOME] });
    case "help":
    case "?":
      return step(pushScreen(state, { kind: "help", top: 0, about: "table" }));
    case "ctx":
    case "context":
    case "contexts":
      return rest[0] === undefined ? openedList(state, "contexts") : step(state, { type: "connect", context: rest[0] });
    case "cluster":
    case "clusters":
      return openedList(state, "clusters");
    case "pf":
    case "forwards":
    case "portforward":
      return openedList(state, "forwards");
    case "aliases":
      return openedList(state, "aliases");
    case "apply":
      return applied(state, rest);
    case "skin":
      return step(withSkin(state, rest[0] ?? ""));
    default:
      return undefined;
  }
}

export function openedList(state: State, list: ListName): Step {
  const opened = pushScreen(state, listScreen(list));
  return list === "contexts" || list === "clusters" ? step(opened, { type: "list", list }) : step(opened);
}

function applied(state: State, paths: readonly string[]): Step {
  if (state.isReadOnly)
    return step({ ...state, notice: { tone: "bad", text: "Nothing is applied in read-only mode" } });
  if (paths.length === 0) return step({ ...state, notice: { tone: "bad", text: "Which file? :apply PATH" } });
  const files = paths.flatMap((path) => ["--filename", path]);
  const scope = state.namespace === undefined ? [] : [`--namespace=${state.namespace}`];
  const title = `apply ${paths.join(" ")}`;
  return step(state, { type: "command", title, lines: [["apply", ...files, ...scope]], isShown: true });
}

function withSkin(state: State, name: string): State {
  const skin = SKINS.find((each) => each === name);
  return skin ? { ...state, skin } : { ...state, notice: { tone: "bad", text: `Skins are ${SKINS.join(", ")}` } };
}

/** The same after another look at the server: now a name that is unknown is a mistake. */
export function runCommandAgain(state: State, command: string): State {
  const [name = "", ...rest] = command.split(/\s+/);
  const resource = findResource(state.resources, name);
  if (resource) return openResource(state, resource, rest);
  return { ...state, notice: { tone: "bad", text: `The server has no resource type "${name}"` } };
}

export const openedResource = (state: State, resource: DashboardResource): State => openResource(state, resource, []);

/** `:po kube-system /web`: a namespace, a filter, or labels with `-l`. */
function openResource(state: State, resource: DashboardResource, rest: readonly string[]): State {
  if (!resource.verbs.includes("list"))
    return { ...state, notice: { tone: "bad", text: `Objects of "${resource.resource}" cannot be listed` } };
  const filterAt = rest.findIndex((word) => word.startsWith("/") || word.startsWith("-") || word.startsWith("!"));
  const filter = (filterAt < 0 ? [] : rest.slice(filterAt)).join(" ").replace(/^\//, "");
  const [argument] = filterAt < 0 ? rest : rest.slice(0, filterAt);
  const isNamespaces = resource.group === "" && resource.resource === "namespaces";
  if (isNamespaces && argument !== undefined) return inNamespace(state, argument);
  const scoped = argument !== undefined && resource.namespaced ? inNamespace(state, argument) : state;
  return { ...scoped, screens: [HOME, tableScreen(resource, {}, filter)] };
}

/** Shows another namespace from now on; `all` shows every one. */
export function inNamespace(state: State, name: string): State {
  const namespace = name === "all" || name === "" ? undefined : name;
  if (namespace === undefined) return { ...state, namespace };
  const others = state.recentNamespaces.filter((each) => each !== namespace);
  // Numbers stay where they are as long as their namespace is among them.
  const isKnown = others.length !== state.recentNamespaces.length;
  const recentNamespaces = isKnown ? state.recentNamespaces : [...others, namespace].slice(-MOST_RECENT_NAMESPACES);
  return { ...state, namespace, recentNamespaces };
}

/** What the word under the cursor may become. */
export function commandCompletions(state: State, text: string): readonly string[] {
  const words = text.split(/\s+/);
  const start = words.at(-1) ?? "";
  if (words.length === 1) {
    const names = resourceCompletions(
      state.resources.filter(({ verbs }) => verbs.includes("list")),
      start,
    );
    return start === "" ? [] : [...names, ...WORDS.filter((word) => word.startsWith(start))];
  }
  if (words[0] === "skin") return SKINS.filter((name) => name.startsWith(start));
  const namespaces = [...state.recentNamespaces, ...seenNamespaces(state)];
  return [...new Set(namespaces)].filter((name) => name.startsWith(start)).toSorted();
}

function seenNamespaces({ feeds }: State): readonly string[] {
  return Object.values(feeds).flatMap(({ rows }) => rows.flatMap(({ namespace }) => namespace ?? []));
}

function withCommand(history: readonly string[], command: string): readonly string[] {
  if (command === "") return history;
  return [...history.filter((each) => each !== command), command].slice(-MOST_HISTORY);
}
