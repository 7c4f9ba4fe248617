import type { ReactElement } from "react";

import { feedKey } from "../../feeds/feed.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { fitted, printable } from "../../lib/terminal-text.ts";
import { objectSelection } from "../state/screens.ts";
import type { ContainersScreen, State } from "../state/state.ts";
import { containersOf } from "../state/targets.ts";
import type { Tone } from "../state/tone.ts";
import { Line } from "./line.tsx";

const NAME_WIDTH = 28;
const STATE_WIDTH = 22;
const RESTARTS_WIDTH = 9;

/** The containers of a pod, each with its state. */
export function ContainersView({ state, screen }: { state: State; screen: ContainersScreen }): ReactElement {
  const pod = state.feeds[feedKey(objectSelection(screen.pod))]?.rows[0]?.object ?? {};
  const statuses = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].flatMap((key) =>
    objectsIn(objectIn(pod, "status"), key),
  );
  return (
    <>
      <Line spans={[{ text: ` ${row("CONTAINER", "STATE", "RESTARTS", "IMAGE")}`, tone: "heading" }]} />
      {containersOf(state, screen).map(({ name, isInit, ports }, at) => {
        const status = statuses.find((each) => each["name"] === name) ?? {};
        const { text, tone } = containerState(objectIn(status, "state"));
        const restarts = typeof status["restartCount"] === "number" ? String(status["restartCount"]) : "0";
        const image = printable(textIn(status, "image"));
        const shown = row(
          isInit ? `${printable(name)} (init)` : printable(name),
          text,
          restarts,
          `${image}${portsText(ports)}`,
        );
        const line = ` ${fitted(shown, Math.max(0, state.size.columns - 1))}`;
        return <Line key={name} isSelected={at === screen.cursor} spans={[{ text: line, tone }]} />;
      })}
    </>
  );
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
