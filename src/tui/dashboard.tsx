/**
 * The terminal dashboard. It owns the terminal from `runDashboard` until that resolves, and leaves it as it was, whatever
 * happens. It knows the cluster through one transport and has no state of its own beyond the one in `Runtime`.
 */
import { type Key, render, type SuspendTerminal, useApp, useInput } from "ink";
import { type ReactNode, useEffect } from "react";

import { EMPTY_LOG } from "../feeds/log-buffer.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { silentLogger } from "../lib/logger.ts";
import type { Clock, Timer } from "../lib/time/clock.ts";
import { runOnTerminal } from "./actions/run-on-terminal.ts";
import { keyNames } from "./key-names.ts";
import { withoutMouse } from "./mouse-input.ts";
import { type ClusterLink, Runtime } from "./runtime.ts";
import { HOME } from "./state/screens.ts";
import type { Size, SkinName, State } from "./state/state.ts";
import { frame } from "./views/frame.ts";
import { Painter } from "./views/painter.ts";

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

/** Shows the dashboard until the user leaves it. */
export async function runDashboard(options: DashboardOptions): Promise<void> {
  const { stdin, stdout, clock, signal } = options;
  const connect = (context: string | undefined): Promise<ClusterLink> =>
    options.connect(context, (text) => runtime.notify("bad", text));
  const link = await connect(undefined);
  const resources = await link.discover();
  // Failures are shown on the screen; a log line would tear it.
  await using tasks = new BackgroundTasks(silentLogger);
  const screen = new TerminalScreen(options);
  const runtime = new Runtime(initialState(options, link, resources), {
    link,
    connect,
    editor: options.editor,
    clock,
    tasks,
    terminal: { run: (command) => screen.lend(command), copy: (text) => screen.copy(text) },
    onState: (state) => screen.show(state),
    onQuit: () => instance.unmount(),
  });
  const onResize = (): void => {
    screen.forget();
    runtime.dispatch({ type: "resized", size: sizeOf(stdout) });
  };
  const onAbort = (): void => instance.unmount();
  const instance = render(<Keys runtime={runtime} screen={screen} />, {
    stdin: withoutMouse(stdin, (mouse) => runtime.dispatch({ type: "mouse", mouse })),
    stdout,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  stdout.on("resize", onResize);
  signal.addEventListener("abort", onAbort, { once: true });
  screen.take();
  try {
    runtime.start();
    screen.show(runtime.state);
    await instance.waitUntilExit();
  } finally {
    screen.leave();
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

const FRAME_MS = 16;
/** Lines are as wide as the screen: at its end nothing is to go on below. */
const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";

/** The terminal: frames go to it, at most one in 16 ms, and other programs may have it for a while. */
class TerminalScreen {
  readonly #options: DashboardOptions;
  readonly #painter: Painter;
  #suspend: SuspendTerminal | undefined;
  #state: State | undefined;
  #paintedAt = -Infinity;
  #pending: Timer | undefined;
  #isLent = false;

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#painter = new Painter((text) => void options.stdout.write(text));
  }

  lendWith(suspend: SuspendTerminal): void {
    this.#suspend = suspend;
  }

  take(): void {
    const { stdout, hasMouse } = this.#options;
    stdout.write(`${WRAP_OFF}${hasMouse ? MOUSE_ON : ""}`);
  }

  leave(): void {
    const { stdout, hasMouse } = this.#options;
    this.#pending?.cancel();
    stdout.write(`${hasMouse ? MOUSE_OFF : ""}${WRAP_ON}`);
  }

  /** What is on it is not what was painted last: another size, or another program was there. */
  forget(): void {
    this.#painter.forget();
  }

  /** Shows the state now, or with the next frame. */
  show(state: State): void {
    this.#state = state;
    if (this.#pending) return;
    const waitMs = this.#paintedAt + FRAME_MS - this.#options.clock.now();
    if (waitMs <= 0) return this.#paint();
    this.#pending = this.#options.clock.setTimeout(() => {
      this.#pending = undefined;
      this.#paint();
    }, waitMs);
  }

  #paint(): void {
    if (!this.#state || this.#isLent) return;
    this.#paintedAt = this.#options.clock.now();
    this.#painter.paint(frame(this.#state), { columns: this.#state.size.columns, skin: this.#state.skin });
  }

  /** By the terminal (OSC 52), which may be on another machine than this program. */
  copy(text: string): void {
    this.#options.stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
  }

  /** Lets another program have the terminal; resolves with its exit code. */
  async lend(command: readonly string[]): Promise<number> {
    let exitCode = 0;
    this.#isLent = true;
    this.leave();
    await this.#suspend?.(async () => {
      exitCode = await runOnTerminal(command, this.#options);
    });
    this.#isLent = false;
    this.take();
    this.forget();
    this.#pending = undefined;
    this.#paint();
    return exitCode;
  }
}

/** Ink reads the keys and keeps the terminal's modes; what is shown is painted line by line. */
function Keys({ runtime, screen }: { runtime: Runtime; screen: TerminalScreen }): ReactNode {
  const { suspendTerminal } = useApp();
  useEffect(() => screen.lendWith(suspendTerminal), [screen, suspendTerminal]);
  useInput((input: string, key: Key) => {
    const keys = keyNames(input, key);
    if (keys.length > 0) runtime.dispatch({ type: "keys", keys });
  });
  return null;
}
