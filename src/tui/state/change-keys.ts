import { type ObjectAddress, qualifiedName } from "../../feeds/resource.ts";
import type { KeyBinding } from "./key-binding.ts";
import { columnNames } from "./shown-table.ts";
import { currentScreen, type Effect, type Question, type State, step, type Step } from "./state.ts";
import { cursorRow } from "./table-cursor.ts";
import { chosenContainer, commandLines, isOn, targetResource, targets, targetsText } from "./targets.ts";

const ON_OBJECTS = ["table", "object"] as const;
const ON_PODS = ["table", "object", "containers"] as const;
const WITH_TEMPLATE = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"] as const;

/** What changes the cluster, or could. Whatever destroys is asked about first. */
export const changeKeys: readonly KeyBinding[] = [
  {
    keys: ["ctrl-d"],
    on: ON_OBJECTS,
    description: "Delete",
    isChange: true,
    needs: { verb: "delete" },
    applies: canDelete,
    run: (state) => asked(state, "Delete", (chosen) => ({ type: "delete", targets: chosen, isForced: false })),
  },
  {
    keys: ["ctrl-k"],
    on: ON_OBJECTS,
    description: "Kill: delete at once, without a grace period",
    isChange: true,
    needs: { verb: "delete" },
    applies: isOn("pods"),
    run: (state) => asked(state, "Kill", (chosen) => ({ type: "delete", targets: chosen, isForced: true })),
  },
  {
    keys: ["e"],
    on: ON_OBJECTS,
    description: "Edit",
    isChange: true,
    needs: { verb: "update" },
    run: (state) => onFirst(state, (address) => ({ type: "edit", address })),
  },
  {
    keys: ["s"],
    on: ON_OBJECTS,
    description: "Scale",
    isChange: true,
    needs: { verb: "patch", subresource: "scale" },
    applies: (state) => targetResource(state)?.subresources.includes("scale") === true,
    run: (state) => questioned(state, "scale", (what) => `Replicas for ${what}: `),
  },
  {
    keys: ["s"],
    on: ON_PODS,
    description: "Shell",
    isChange: true,
    needs: { verb: "create", subresource: "exec" },
    applies: isOn("pods"),
    run: (state) => onFirst(state, (pod) => ({ type: "shell", pod, container: chosenContainer(state)?.name })),
  },
  {
    keys: ["a"],
    on: ON_PODS,
    description: "Attach",
    isChange: true,
    needs: { verb: "create", subresource: "attach" },
    applies: isOn("pods"),
    run: (state) => onFirst(state, (pod) => ({ type: "attach", pod, container: chosenContainer(state)?.name })),
  },
  {
    keys: ["F"],
    on: ON_PODS,
    description: "Forward a port to here",
    isChange: true,
    applies: isOn("pods", "services", "replicasets.apps", ...WITH_TEMPLATE),
    run: askForPorts,
  },
  {
    keys: ["r"],
    on: ON_OBJECTS,
    description: "Restart",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn(...WITH_TEMPLATE),
    run: (state) => asked(state, "Restart", (chosen) => ({ type: "restart", targets: chosen })),
  },
  {
    keys: ["b"],
    on: ON_OBJECTS,
    description: "Roll back, to the revision before or another",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn(...WITH_TEMPLATE),
    run: (state) => questioned(state, "rollback", (what) => `Roll ${what} back to revision (empty: the one before): `),
  },
  {
    keys: ["i"],
    on: ON_OBJECTS,
    description: "Set the image",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn("pods", "replicasets.apps", "cronjobs.batch", ...WITH_TEMPLATE),
    run: (state) => {
      const chosen = targets(state);
      return chosen.length === 0 ? step(state) : step(state, { type: "images", targets: chosen });
    },
  },
  {
    keys: ["L"],
    on: ON_OBJECTS,
    description: "Label: key=value sets, key- removes",
    isChange: true,
    needs: { verb: "patch" },
    run: (state) => questioned(state, "label", (what) => `Labels of ${what} (key=value, key-): `),
  },
  {
    keys: ["t"],
    on: ON_OBJECTS,
    description: "Trigger: a Job now",
    isChange: true,
    applies: isOn("cronjobs.batch"),
    run: triggered,
  },
  {
    keys: ["s"],
    on: ["table"],
    description: "Suspend, or resume",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn("cronjobs.batch"),
    run: suspended,
  },
  {
    keys: ["c"],
    on: ON_OBJECTS,
    description: "Cordon",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn("nodes"),
    run: (state) => cordon(state, true),
  },
  {
    keys: ["u"],
    on: ON_OBJECTS,
    description: "Uncordon",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn("nodes"),
    run: (state) => cordon(state, false),
  },
  {
    keys: ["r"],
    on: ON_OBJECTS,
    description: "Drain",
    isChange: true,
    needs: { verb: "patch" },
    applies: isOn("nodes"),
    run: askToDrain,
  },
];

function canDelete(state: State): boolean {
  return targetResource(state)?.verbs.includes("delete") === true;
}

function onFirst(state: State, effect: (address: ObjectAddress) => Effect): Step {
  const [address] = targets(state);
  return address ? step(state, effect(address)) : step(state);
}

function asked(state: State, verb: string, effect: (chosen: readonly ObjectAddress[]) => Effect): Step {
  const chosen = targets(state);
  if (chosen.length === 0) return step(state);
  const question = `${verb} ${targetsText(chosen)}?`;
  return step({ ...state, prompt: { kind: "confirm", question, effect: effect(chosen) } });
}

function questioned(
  state: State,
  type: Extract<Question, { targets: unknown }>["type"],
  label: (what: string) => string,
): Step {
  const chosen = targets(state);
  if (chosen.length === 0) return step(state);
  const what = chosen.length === 1 ? (chosen[0]?.name ?? "") : targetsText(chosen);
  return step({ ...state, prompt: { kind: "input", ask: { type, targets: chosen }, label: label(what), text: "" } });
}

function askForPorts(state: State): Step {
  const [address] = targets(state);
  if (!address) return step(state);
  const [port] = chosenContainer(state)?.ports ?? [];
  const text = port === undefined ? "" : String(port);
  const label = `Ports of ${address.name} to forward (8080:80, several with spaces): `;
  return step({ ...state, prompt: { kind: "input", ask: { type: "forward", address }, label, text } });
}

function cordon(state: State, isUnschedulable: boolean): Step {
  const chosen = targets(state);
  return chosen.length === 0 ? step(state) : step(state, { type: "cordon", targets: chosen, isUnschedulable });
}

interface Command {
  readonly title: string;
  readonly lines: readonly (readonly string[])[];
  readonly isShown?: boolean;
}

const command = ({ title, lines, isShown = false }: Command): Effect => ({
  type: "command",
  title,
  lines,
  isShown,
});

const DRAIN_FLAGS = "--ignore-daemonsets --delete-emptydir-data";

/** What drain refuses without a flag, a user may add here. */
function askToDrain(state: State): Step {
  const chosen = targets(state);
  if (chosen.length === 0) return step(state);
  const label = `Drain ${targetsText(chosen)}? Enter drains, esc does not: `;
  const ask = { type: "drain", targets: chosen } as const;
  return step({ ...state, prompt: { kind: "input", ask, label, text: DRAIN_FLAGS } });
}

function triggered(state: State): Step {
  const chosen = targets(state);
  if (chosen.length === 0) return step(state);
  // Names of one second are told apart by nobody; the server refuses a second one.
  const suffix = Math.floor(state.now / 1000).toString(36);
  const lines = chosen.map(({ name, namespace = "" }) => [
    "create",
    "job",
    `${name.slice(0, 50)}-${suffix}`,
    `--from=cronjob/${name}`,
    `--namespace=${namespace}`,
  ]);
  return step(state, command({ title: `trigger ${targetsText(chosen)}`, lines }));
}

/** As the cell of the row under the cursor tells it is not. */
function suspended(state: State): Step {
  const screen = currentScreen(state);
  const chosen = targets(state);
  const row = screen.kind === "table" ? cursorRow(screen) : undefined;
  if (screen.kind !== "table" || !row || chosen.length === 0) return step(state);
  const names = screen.shown.content?.columns.map(({ name }) => name) ?? columnNames(screen.shown.columns);
  const suspend = row.cells[names.indexOf("Suspend")] !== "True";
  const patch = JSON.stringify({ spec: { suspend } });
  const lines = chosen.map(({ resource, name, namespace = "" }) => [
    "patch",
    qualifiedName(resource),
    name,
    `--namespace=${namespace}`,
    "--patch",
    patch,
  ]);
  return step(state, command({ title: `${suspend ? "suspend" : "resume"} ${targetsText(chosen)}`, lines }));
}

/** The lines of an answer to a question about objects. */
export function answeredCommand(
  {
    type,
    targets: chosen,
  }: { readonly type: "drain" | "image" | "label" | "rollback"; readonly targets: readonly ObjectAddress[] },
  text: string,
): Effect {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const title = `${type} ${targetsText(chosen)}`;
  switch (type) {
    case "drain":
      return command({ title, lines: chosen.map(({ name }) => ["drain", name, ...words]), isShown: true });
    case "image":
      return command({ title, lines: commandLines(chosen, (objects) => ["set", "image", ...objects, ...words]) });
    case "label":
      return command({
        title,
        lines: commandLines(chosen, (objects) => ["label", "--overwrite", ...objects, ...words]),
      });
    case "rollback": {
      const revision = text.trim() === "" ? [] : [`--to-revision=${text.trim()}`];
      return command({
        title,
        lines: commandLines(chosen, (objects) => ["rollout", "undo", ...objects, ...revision]),
      });
    }
  }
}
