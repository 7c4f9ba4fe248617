import type { ReactElement } from "react";

import { keyText } from "../state/key-binding.ts";
import { bindingsOn } from "../state/keys.ts";
import { bodyHeight, type HelpScreen, type State } from "../state/state.ts";
import { fitted } from "../text/terminal-text.ts";
import { Line } from "./line.tsx";

const KEYS_WIDTH = 18;

/** The key table for the screen one came from. */
export function HelpView({ state, screen }: { state: State; screen: HelpScreen }): ReactElement {
  const bindings = bindingsOn(state, screen.about);
  const height = bodyHeight(state);
  const top = Math.max(0, Math.min(screen.top, bindings.length - height));
  return (
    <>
      <Line spans={[{ text: ` Keys of this view`, tone: "heading" }]} />
      {bindings.slice(top, top + height).map(({ keys, description }) => (
        <Line
          key={description}
          spans={[{ text: ` ${fitted(keysText(keys), KEYS_WIDTH)} `, tone: "key" }, { text: description }]}
        />
      ))}
    </>
  );
}

function keysText(keys: readonly string[]): string {
  const isRange = keys.length > 4;
  return isRange ? `${keys[0]}-${keys.at(-1)}` : keys.map(keyText).join(" ");
}
