import { Box } from "ink";
import type { ReactElement } from "react";

import { currentScreen, type State } from "../state/state.ts";
import { ContainersView } from "./containers-view.tsx";
import { Crumbs, Header, PromptLine } from "./frame.tsx";
import { HelpView } from "./help-view.tsx";
import { HomeView } from "./home-view.tsx";
import { Line, SkinContext } from "./line.tsx";
import { ListView } from "./list-view.tsx";
import { LogsView } from "./logs-view.tsx";
import { ObjectView } from "./object-view.tsx";
import { TableView } from "./table-view.tsx";
import { TextView } from "./text-view.tsx";

const SMALLEST = { columns: 20, rows: 5 };

/** The whole screen as a function of the state. */
export function App({ state }: { state: State }): ReactElement {
  const { columns, rows } = state.size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return <Line spans={[{ text: "Too small" }]} />;
  return (
    <SkinContext value={state.skin}>
      <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
        <Header state={state} />
        <Box flexDirection="column" flexGrow={1} overflow="hidden">
          <Body state={state} />
        </Box>
        <Crumbs state={state} />
        <PromptLine state={state} />
      </Box>
    </SkinContext>
  );
}

function Body({ state }: { state: State }): ReactElement {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "home":
      return <HomeView state={state} screen={screen} />;
    case "table":
      return <TableView state={state} screen={screen} />;
    case "object":
      return <ObjectView state={state} screen={screen} />;
    case "containers":
      return <ContainersView state={state} screen={screen} />;
    case "logs":
      return <LogsView state={state} screen={screen} />;
    case "list":
      return <ListView state={state} screen={screen} />;
    case "text":
      return <TextView state={state} screen={screen} />;
    case "help":
      return <HelpView state={state} screen={screen} />;
  }
}
