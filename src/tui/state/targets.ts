import { feedKey } from "../../feeds/feed.ts";
import { type DashboardResource, type ObjectAddress, qualifiedName } from "../../feeds/resource.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { objectSelection } from "./screens.ts";
import { type ContainersScreen, currentScreen, type State } from "./state.ts";
import { targetsOf } from "./table-cursor.ts";

/** What an action is for: marked objects, the one under the cursor, or the one that is looked at. */
export function targets(state: State): readonly ObjectAddress[] {
  const screen = currentScreen(state);
  if (screen.kind === "table") return targetsOf(screen);
  if (screen.kind === "containers") return [screen.pod];
  return screen.kind === "object" ? [screen.address] : [];
}

export function targetResource(state: State): DashboardResource | undefined {
  const screen = currentScreen(state);
  if (screen.kind === "table") return screen.resource;
  if (screen.kind === "containers") return screen.pod.resource;
  return screen.kind === "object" ? screen.address.resource : undefined;
}

export function isOn(...names: readonly string[]): (state: State) => boolean {
  return (state) => {
    const resource = targetResource(state);
    return resource !== undefined && names.includes(qualifiedName(resource));
  };
}

export interface PodContainer {
  readonly name: string;
  readonly isInit: boolean;
  readonly image: string;
  readonly ports: readonly number[];
}

/** All containers of the pod on the screen, in the order in which they start. */
export function containersOf(state: State, { pod }: Pick<ContainersScreen, "pod">): readonly PodContainer[] {
  const spec = objectIn(state.feeds[feedKey(objectSelection(pod))]?.rows[0]?.object ?? {}, "spec");
  const named = (key: string, isInit: boolean): readonly PodContainer[] =>
    objectsIn(spec, key).map((container) => ({
      name: textIn(container, "name"),
      isInit,
      image: textIn(container, "image"),
      ports: objectsIn(container, "ports").flatMap(({ containerPort }) =>
        typeof containerPort === "number" ? [containerPort] : [],
      ),
    }));
  return [...named("initContainers", true), ...named("containers", false), ...named("ephemeralContainers", false)];
}

/** The container under the cursor, where containers are shown. */
export function chosenContainer(state: State): PodContainer | undefined {
  const screen = currentScreen(state);
  return screen.kind === "containers" ? containersOf(state, screen)[screen.cursor] : undefined;
}

/** What a question or a message calls the targets. */
export function targetsText(chosen: readonly ObjectAddress[]): string {
  const [first] = chosen;
  if (!first) return "nothing";
  return chosen.length === 1
    ? `${first.resource.singular} ${first.name}`
    : `${chosen.length} ${first.resource.resource}`;
}

/** Command lines of this program for all targets: one for each namespace. */
export function commandLines(
  chosen: readonly ObjectAddress[],
  line: (objects: readonly string[]) => readonly string[],
): readonly (readonly string[])[] {
  const byNamespace = Map.groupBy(chosen, ({ namespace }) => namespace ?? "");
  return Array.from(byNamespace, ([namespace, group]) => [
    ...line(group.map(({ resource, name }) => `${qualifiedName(resource)}/${name}`)),
    ...(namespace === "" ? [] : [`--namespace=${namespace}`]),
  ]);
}
