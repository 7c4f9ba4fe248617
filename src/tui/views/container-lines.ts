import { feedKey } from "../../feeds/feed.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { fitted, printable } from "../../lib/terminal-text.ts";
import { objectSelection } from "../state/screens.ts";
import type { ContainersScreen, State } from "../state/state.ts";
import { containersOf } from "../state/targets.ts";
import type { Tone } from "../state/tone.ts";
import { type FrameLine, line } from "./frame-line.ts";

const NAME_WIDTH = 28;
const STATE_WIDTH = 22;
const RESTARTS_WIDTH = 9;

/** The containers of a pod, each with its state. */
export function containerLines(state: State, screen: ContainersScreen): readonly FrameLine[] {
  const pod = state.feeds[feedKey(objectSelection(screen.pod))]?.rows[0]?.object ?? {};
  const statuses = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].flatMap((key) =>
    objectsIn(objectIn(pod, "status"), key),
  );
  const lines = containersOf(state, screen).map(({ name, isInit, ports }, at) => {
    const status = statuses.find((each) => each["name"] === name) ?? {};
    const { text, tone } = containerState(objectIn(status, "state"));
    const restarts = typeof status["restartCount"] === "number" ? String(status["restartCount"]) : "0";
    const image = `${printable(textIn(status, "image"))}${portsText(ports)}`;
    const shown = row(`${printable(name)}${isInit ? " (init)" : ""}`, text, restarts, image);
    return {
      ...line(` ${fitted(shown, Math.max(0, state.size.columns - 1))}`, tone),
      isSelected: at === screen.cursor,
    };
  });
  return [line(` ${row("CONTAINER", "STATE", "RESTARTS", "IMAGE")}`, "heading"), ...lines];
}

const portsText = (ports: readonly number[]): string => (ports.length === 0 ? "" : `  ports ${ports.join(", ")}`);

function row(name: string, state: string, restarts: string, image: string): string {
  return `${fitted(name, NAME_WIDTH)}  ${fitted(state, STATE_WIDTH)}  ${fitted(restarts, RESTARTS_WIDTH)} ${image}`;
}

function containerState(state: Parameters<typeof objectIn>[0]): { readonly text: string; readonly tone: Tone } {
  if (state["running"] !== undefined) return { text: "Running", tone: "plain" };
  const terminated = objectIn(state, "terminated");
  if (state["terminated"] !== undefined) {
    const isGood = terminated["exitCode"] === 0;
    return { text: printable(textIn(terminated, "reason")) || "Terminated", tone: isGood ? "faint" : "bad" };
  }
  const reason = printable(textIn(objectIn(state, "waiting"), "reason"));
  return { text: reason || "Waiting", tone: /BackOff|Err/.test(reason) ? "bad" : "pending" };
}
