import { type ObjectAddress, qualifiedName } from "../../feeds/resource.ts";
import type { KeyBinding } from "./key-binding.ts";
import { currentScreen, type Effect, type State, step, type Step } from "./state.ts";
import { targetsOf } from "./table-cursor.ts";

const ON_OBJECTS = ["table", "object"] as const;

/** What changes the cluster. Whatever destroys is asked about first. */
export const changeKeys: readonly KeyBinding[] = [
  { keys: ["ctrl-d"], on: ON_OBJECTS, description: "Delete", isChange: true, applies: canDelete, run: askToDelete },
  {
    keys: ["e"],
    on: ON_OBJECTS,
    description: "Edit",
    isChange: true,
    run: (state) => onFirst(state, (address) => ({ type: "edit", address })),
  },
  {
    keys: ["s"],
    on: ON_OBJECTS,
    description: "Scale",
    isChange: true,
    applies: hasSubresource("scale"),
    run: askForReplicas,
  },
  {
    keys: ["s"],
    on: ON_OBJECTS,
    description: "Shell",
    isChange: true,
    applies: isOn("pods"),
    run: (state) => onFirst(state, (pod) => ({ type: "shell", pod, container: undefined })),
  },
  {
    keys: ["r"],
    on: ON_OBJECTS,
    description: "Restart",
    isChange: true,
    applies: isOn("deployments.apps", "statefulsets.apps", "daemonsets.apps"),
    run: askToRestart,
  },
  {
    keys: ["c"],
    on: ON_OBJECTS,
    description: "Cordon",
    isChange: true,
    applies: isOn("nodes"),
    run: (state) => cordon(state, true),
  },
  {
    keys: ["u"],
    on: ON_OBJECTS,
    description: "Uncordon",
    isChange: true,
    applies: isOn("nodes"),
    run: (state) => cordon(state, false),
  },
];

function targets(state: State): readonly ObjectAddress[] {
  const screen = currentScreen(state);
  if (screen.kind === "table") return targetsOf(screen);
  return screen.kind === "object" ? [screen.address] : [];
}

function isOn(...names: readonly string[]): (state: State) => boolean {
  return (state) => {
    const resource = resourceOf(state);
    return resource !== undefined && names.includes(qualifiedName(resource));
  };
}

function hasSubresource(name: string): (state: State) => boolean {
  return (state) => resourceOf(state)?.subresources.includes(name) === true;
}

function canDelete(state: State): boolean {
  return resourceOf(state)?.verbs.includes("delete") === true;
}

function resourceOf(state: State): ObjectAddress["resource"] | undefined {
  const screen = currentScreen(state);
  if (screen.kind === "table") return screen.resource;
  return screen.kind === "object" ? screen.address.resource : undefined;
}

function onFirst(state: State, effect: (address: ObjectAddress) => Effect): Step {
  const [address] = targets(state);
  return address ? step(state, effect(address)) : step(state);
}

function askToDelete(state: State): Step {
  return asked(state, "Delete", (chosen) => ({ type: "delete", targets: chosen }));
}

function askToRestart(state: State): Step {
  return asked(state, "Restart", (chosen) => ({ type: "restart", targets: chosen }));
}

function asked(state: State, verb: string, effect: (chosen: readonly ObjectAddress[]) => Effect): Step {
  const chosen = targets(state);
  const [first] = chosen;
  if (!first) return step(state);
  const what =
    chosen.length === 1 ? `${first.resource.singular} ${first.name}` : `${chosen.length} ${first.resource.resource}`;
  return step({ ...state, prompt: { kind: "confirm", question: `${verb} ${what}?`, effect: effect(chosen) } });
}

function askForReplicas(state: State): Step {
  const chosen = targets(state);
  return step(chosen.length === 0 ? state : { ...state, prompt: { kind: "scale", text: "", targets: chosen } });
}

function cordon(state: State, isUnschedulable: boolean): Step {
  const chosen = targets(state);
  return chosen.length === 0 ? step(state) : step(state, { type: "cordon", targets: chosen, isUnschedulable });
}
