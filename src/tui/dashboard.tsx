/**
 * The terminal dashboard. It owns the terminal from `runDashboard` until that resolves, and leaves it as it was, whatever
 * happens. It knows the cluster through one transport and has no state of its own beyond the one in `Runtime`.
 */
import { type Key, render, type SuspendTerminal, useApp, useInput } from "ink";
import { type ReactElement, useEffect, useSyncExternalStore } from "react";

import { EMPTY_LOG } from "../feeds/log-buffer.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { silentLogger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { runOnTerminal, type UserTerminal } from "./actions/run-on-terminal.ts";
import { keyNames } from "./key-names.ts";
import { mouseInput } from "./mouse-input.ts";
import { type ClusterLink, Runtime } from "./runtime.ts";
import { HOME } from "./state/screens.ts";
import type { Size, SkinName, State } from "./state/state.ts";
import { App } from "./views/app.tsx";

export interface DashboardOptions {
  /** Undefined for the context that is current. The server's warnings are told to `onWarning`. */
  readonly connect: (context: string | undefined, onWarning: (text: string) => void) => Promise<ClusterLink>;
  readonly isReadOnly: boolean;
  readonly hasMouse: boolean;
  readonly skin: SkinName;
  readonly editor: readonly string[];
  readonly clock: Clock;
  /** Aborts when the process is told to end. */
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Reports of buttons and the wheel, in the form that has no limit of columns. */
const MOUSE_ON = "\u001b[?1000h\u001b[?1006h";
const MOUSE_OFF = "\u001b[?1006l\u001b[?1000l";
const FRAMES_PER_SECOND = 60;

/** Shows the dashboard until the user leaves it. */
export async function runDashboard(options: DashboardOptions): Promise<void> {
  const { stdin, stdout, clock, signal } = options;
  const connect = (context: string | undefined): Promise<ClusterLink> =>
    options.connect(context, (text) => runtime.notify("bad", text));
  const link = await connect(undefined);
  const resources = await link.discover();
  // Failures are shown on the screen; a log line would tear it.
  await using tasks = new BackgroundTasks(silentLogger);
  const screen = new ScreenStore(options);
  const runtime = new Runtime(initialState(options, link, resources), {
    link,
    connect,
    editor: options.editor,
    clock,
    tasks,
    terminal: { run: (command) => screen.lend(command), copy: (text) => screen.copy(text) },
    onState: () => screen.changed(),
    onQuit: () => instance.unmount(),
  });
  const onResize = (): void => runtime.dispatch({ type: "resized", size: sizeOf(stdout) });
  const onAbort = (): void => instance.unmount();
  const instance = render(<Dashboard runtime={runtime} screen={screen} />, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: FRAMES_PER_SECOND,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  stdout.on("resize", onResize);
  signal.addEventListener("abort", onAbort, { once: true });
  screen.takeMouse();
  try {
    runtime.start();
    await instance.waitUntilExit();
  } finally {
    screen.leaveMouse();
    signal.removeEventListener("abort", onAbort);
    stdout.off("resize", onResize);
    runtime.stop();
    instance.unmount();
  }
}

function initialState(options: DashboardOptions, link: ClusterLink, resources: readonly DashboardResource[]): State {
  return {
    contextName: link.contextName,
    resources,
    isReadOnly: options.isReadOnly,
    size: sizeOf(options.stdout),
    now: options.clock.now(),
    namespace: link.namespace,
    recentNamespaces: link.namespace === undefined ? [] : [link.namespace],
    screens: [HOME],
    prompt: undefined,
    history: [],
    notice: undefined,
    feeds: {},
    logs: EMPTY_LOG,
    texts: {},
    usage: {},
    access: {},
    forwards: [],
    skin: options.skin,
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Joins React and Ink, which live in components, with the runtime, which does not. */
class ScreenStore {
  readonly #listeners = new Set<() => void>();
  readonly #terminal: UserTerminal & { readonly hasMouse: boolean };
  #suspend: SuspendTerminal | undefined;

  constructor(terminal: UserTerminal & { readonly hasMouse: boolean }) {
    this.#terminal = terminal;
  }

  takeMouse(): void {
    if (this.#terminal.hasMouse) this.#terminal.stdout.write(MOUSE_ON);
  }

  leaveMouse(): void {
    if (this.#terminal.hasMouse) this.#terminal.stdout.write(MOUSE_OFF);
  }

  /** By the terminal (OSC 52), which may be on another machine than this program. */
  copy(text: string): void {
    this.#terminal.stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
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
    this.leaveMouse();
    await this.#suspend?.(async () => {
      exitCode = await runOnTerminal(command, this.#terminal);
    });
    this.takeMouse();
    return exitCode;
  }
}

function Dashboard({ runtime, screen }: { runtime: Runtime; screen: ScreenStore }): ReactElement {
  const { suspendTerminal } = useApp();
  useEffect(() => screen.lendWith(suspendTerminal), [screen, suspendTerminal]);
  useInput((input: string, key: Key) => {
    const mouse = mouseInput(input);
    if (mouse === "other") return;
    runtime.dispatch(mouse ? { type: "mouse", mouse } : { type: "keys", keys: keyNames(input, key) });
  });
  const state = useSyncExternalStore(screen.subscribe, () => runtime.state);
  return <App state={state} />;
}
