import { type DashboardResource, findResource, resourceCompletions } from "../../feeds/resource.ts";
import { tableScreen } from "./screens.ts";
import { pushScreen, type State, type Step, step } from "./state.ts";

const MOST_HISTORY = 100;
const MOST_RECENT_NAMESPACES = 9;
/** Words of the command mode that are no resources. */
const WORDS = ["quit", "home", "help"];

/** Does what was entered after `:`; a name nobody knows is looked up on the server again: its kind may be new. */
export function runCommand(state: State, text: string): Step {
  const command = text.trim();
  const remembered = { ...state, prompt: undefined, notice: undefined, history: withCommand(state.history, command) };
  const [name = "", ...rest] = command.split(/\s+/);
  if (name === "") return step({ ...state, prompt: undefined });
  if (["q", "q!", "quit", "exit"].includes(name)) return step(remembered, { type: "quit" });
  if (name === "home") return step({ ...remembered, screens: [{ kind: "home" }] });
  if (name === "help" || name === "?") return step(pushScreen(remembered, { kind: "help", top: 0, about: "table" }));
  const resource = findResource(state.resources, name);
  if (!resource) return step(remembered, { type: "discover", command });
  return step(openResource(remembered, resource, rest));
}

/** The same after another look at the server: now a name that is unknown is a mistake. */
export function runCommandAgain(state: State, command: string): State {
  const [name = "", ...rest] = command.split(/\s+/);
  const resource = findResource(state.resources, name);
  if (resource) return openResource(state, resource, rest);
  return { ...state, notice: { tone: "bad", text: `The server has no resource type "${name}"` } };
}

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
  return { ...scoped, screens: [{ kind: "home" }, tableScreen(resource, {}, filter)] };
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
