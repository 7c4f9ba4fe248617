import type { KeyBinding } from "./key-binding.ts";
import { logsScreen, objectScreen } from "./screens.ts";
import {
  currentScreen,
  type ContainersScreen,
  type ObjectTab,
  pushScreen,
  type State,
  step,
  type Step,
  withScreen,
} from "./state.ts";
import { chosenContainer, containersOf } from "./targets.ts";

const ON_CONTAINERS = ["containers"] as const;

export const containerKeys: readonly KeyBinding[] = [
  {
    keys: ["j", "down"],
    on: ON_CONTAINERS,
    description: "Down",
    run: (state) => onContainers(state, (screen) => ({ ...screen, cursor: screen.cursor + 1 })),
  },
  {
    keys: ["k", "up"],
    on: ON_CONTAINERS,
    description: "Up",
    run: (state) => onContainers(state, (screen) => ({ ...screen, cursor: screen.cursor - 1 })),
  },
  { keys: ["enter", "l"], on: ON_CONTAINERS, description: "Logs", run: (state) => openLogs(state, false) },
  {
    keys: ["p"],
    on: ON_CONTAINERS,
    description: "Logs of the previous container",
    run: (state) => openLogs(state, true),
  },
  { keys: ["d"], on: ON_CONTAINERS, description: "Describe the pod", run: (state) => openPod(state, "describe") },
  { keys: ["y"], on: ON_CONTAINERS, description: "YAML of the pod", run: (state) => openPod(state, "yaml") },
  { keys: ["v"], on: ON_CONTAINERS, description: "Events of the pod", run: (state) => openPod(state, "events") },
  {
    keys: ["c"],
    on: ON_CONTAINERS,
    description: "Copy the image",
    run: (state) => {
      const image = chosenContainer(state)?.image;
      return image === undefined ? step(state) : step(state, { type: "copy", text: image, what: image });
    },
  },
];

export function onContainers(state: State, change: (screen: ContainersScreen) => ContainersScreen): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "containers") return step(state);
  const changed = change(screen);
  const cursor = Math.max(0, Math.min(containersOf(state, screen).length - 1, changed.cursor));
  return step(withScreen(state, { ...changed, cursor }));
}

function openLogs(state: State, isPrevious: boolean): Step {
  const screen = currentScreen(state);
  const container = chosenContainer(state)?.name;
  if (screen.kind !== "containers" || container === undefined) return step(state);
  return step(pushScreen(state, logsScreen(screen.pod, { container, isPrevious })));
}

function openPod(state: State, tab: ObjectTab): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "containers") return step(state);
  return step(pushScreen(state, objectScreen(screen.pod, screen.uid, tab)));
}
