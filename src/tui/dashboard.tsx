/**
 * The terminal dashboard. It owns the terminal from `runDashboard` until that resolves, and leaves it as it was, whatever
 * happens. It knows the cluster through one transport and has no state of its own beyond the one in `Runtime`.
 */
import { type Key, render, type SuspendTerminal, useApp, useInput } from "ink";
import { type ReactElement, useEffect, useSyncExternalStore } from "react";

import type { HttpsTransport } from "../client/https-transport.ts";
import { EMPTY_LOG } from "../feeds/log-buffer.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { silentLogger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { runOnTerminal, type UserTerminal } from "./actions/run-on-terminal.ts";
import { keyNames } from "./key-names.ts";
import { Runtime } from "./runtime.ts";
import type { Size, State } from "./state/state.ts";
import { App } from "./views/app.tsx";

export interface DashboardOptions {
  readonly contextName: string;
  /** The way to the cluster; the server's warnings are told to `onWarning`. */
  readonly connect: (onWarning: (text: string) => void) => HttpsTransport;
  /** What the server has now. */
  readonly discover: (transport: HttpsTransport) => Promise<readonly DashboardResource[]>;
  /** Undefined for all. */
  readonly namespace: string | undefined;
  readonly isReadOnly: boolean;
  /** The command line of this program, with the connection's flags. */
  readonly kube: (args: readonly string[]) => readonly string[];
  readonly editor: readonly string[];
  readonly clock: Clock;
  /** Aborts when the process is told to end. */
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Shows the dashboard until the user leaves it. */
export async function runDashboard(options: DashboardOptions): Promise<void> {
  using transport = options.connect((text) => runtime.notify("bad", text));
  const resources = await options.discover(transport);
  // Failures are shown on the screen; a log line would tear it.
  await using tasks = new BackgroundTasks(silentLogger);
  const screen = new ScreenStore(options);
  const runtime = new Runtime(initialState(options, resources), {
    ...options,
    transport,
    discover: () => options.discover(transport),
    tasks,
    terminal: { run: (command) => screen.lend(command) },
    onState: () => screen.changed(),
    onQuit: () => instance.unmount(),
  });
  const onResize = (): void => runtime.dispatch({ type: "resized", size: sizeOf(options.stdout) });
  const onAbort = (): void => instance.unmount();
  const instance = render(<Dashboard runtime={runtime} screen={screen} />, {
    stdin: options.stdin,
    stdout: options.stdout,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  options.stdout.on("resize", onResize);
  options.signal.addEventListener("abort", onAbort, { once: true });
  try {
    runtime.start();
    await instance.waitUntilExit();
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    options.stdout.off("resize", onResize);
    runtime.stop();
    instance.unmount();
  }
}

function initialState(options: DashboardOptions, resources: readonly DashboardResource[]): State {
  return {
    contextName: options.contextName,
    resources,
    isReadOnly: options.isReadOnly,
    size: sizeOf(options.stdout),
    now: options.clock.now(),
    namespace: options.namespace,
    recentNamespaces: options.namespace === undefined ? [] : [options.namespace],
    screens: [{ kind: "home" }],
    prompt: undefined,
    history: [],
    notice: undefined,
    feeds: {},
    logs: EMPTY_LOG,
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Joins React and Ink, which live in components, with the runtime, which does not. */
class ScreenStore {
  readonly #listeners = new Set<() => void>();
  readonly #terminal: UserTerminal;
  #suspend: SuspendTerminal | undefined;

  constructor(terminal: UserTerminal) {
    this.#terminal = terminal;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  lendWith(suspend: SuspendTerminal): void {
    this.#suspend = suspend;
  }

  /** Lets another program have the terminal; resolves with its exit code. */
  async lend(command: readonly string[]): Promise<number> {
    let exitCode = 0;
    await this.#suspend?.(async () => {
      exitCode = await runOnTerminal(command, this.#terminal);
    });
    return exitCode;
  }
}

function Dashboard({ runtime, screen }: { runtime: Runtime; screen: ScreenStore }): ReactElement {
  const { suspendTerminal } = useApp();
  useEffect(() => screen.lendWith(suspendTerminal), [screen, suspendTerminal]);
  useInput((input: string, key: Key) => runtime.dispatch({ type: "keys", keys: keyNames(input, key) }));
  const state = useSyncExternalStore(screen.subscribe, () => runtime.state);
  return <App state={state} />;
}
