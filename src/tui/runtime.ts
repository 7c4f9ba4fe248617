import { writeFile } from "node:fs/promises";

import type { HttpsTransport } from "../client/https-transport.ts";
import { addressText, type DashboardResource } from "../feeds/resource.ts";
import { objectIn, objectsIn, textIn } from "../feeds/table-rows.ts";
import type { BackgroundTasks } from "../lib/background.ts";
import type { JsonObject } from "../lib/json/json-value.ts";
import { errorText } from "../lib/logger.ts";
import { printable } from "../lib/terminal-text.ts";
import { type Clock, type Timer, timestamp } from "../lib/time/clock.ts";
import { change, podSelector, targetRequest } from "./actions/cluster-actions.ts";
import { editObject } from "./actions/edit-object.ts";
import { fetchedList } from "./actions/lists.ts";
import { PortForwards } from "./actions/port-forwards.ts";
import { type RunCommand, runLines } from "./actions/run-command-line.ts";
import { accessRules } from "./state/access.ts";
import { nextTickMs } from "./state/next-tick.ts";
import type { Effect, Event, State } from "./state/state.ts";
import { subscriptions } from "./state/subscriptions.ts";
import { update } from "./state/update.ts";
import { Subscriber } from "./subscriber.ts";

/** The terminal, as far as somebody else may have it for a while. */
interface TerminalLoan {
  /** Runs a program on the terminal in place of the dashboard; resolves with its exit code. */
  run(command: readonly string[]): Promise<number>;
  /** Gives text to the user's clipboard. */
  copy(text: string): void;
}

/** A way to one cluster, as one context of the kubeconfig names it. */
export interface ClusterLink {
  readonly contextName: string;
  /** Undefined for all. */
  readonly namespace: string | undefined;
  readonly transport: HttpsTransport;
  readonly discover: () => Promise<readonly DashboardResource[]>;
  /** The command line of this program, with the connection's flags. */
  readonly kube: (args: readonly string[]) => readonly string[];
  /** The same, run in this process. */
  readonly run: RunCommand;
}

export interface RuntimeOptions {
  readonly link: ClusterLink;
  readonly connect: (context: string) => Promise<ClusterLink>;
  /** The user's editor, with its arguments. */
  readonly editor: readonly string[];
  readonly clock: Clock;
  readonly tasks: BackgroundTasks;
  readonly terminal: TerminalLoan;
  readonly onState: (state: State) => void;
  readonly onQuit: () => void;
}

/** Holds the state: hands events to `update`, follows what the new state asks for, and does its effects. */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #forwards: PortForwards;
  #link: ClusterLink;
  #subscriber: Subscriber;
  #state: State;
  #tick: Timer | undefined;

  constructor(initial: State, options: RuntimeOptions) {
    this.#state = initial;
    this.#options = options;
    this.#link = options.link;
    this.#forwards = new PortForwards({ tasks: options.tasks, dispatch: this.dispatch });
    this.#subscriber = this.#subscriberTo(options.link);
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    this.#subscriber.follow(subscriptions(this.#state));
    this.#tickLater();
  }

  readonly dispatch = (event: Event): void => {
    const { state, effects } = update(this.#state, event);
    if (state !== this.#state) {
      this.#state = state;
      this.#subscriber.follow(subscriptions(state));
      this.#options.onState(state);
    }
    this.#tickLater();
    for (const effect of effects) this.#perform(effect);
  };

  stop(): void {
    this.#tick?.cancel();
    this.#subscriber.stop();
    this.#link.transport[Symbol.dispose]();
  }

  notify(tone: "good" | "bad", text: string): void {
    this.dispatch({ type: "notified", notice: { tone, text: printable(text) } });
  }

  #subscriberTo({ transport, run }: ClusterLink): Subscriber {
    const { clock, tasks } = this.#options;
    return new Subscriber({
      transport,
      clock,
      tasks,
      dispatch: this.dispatch,
      async write(args, signal) {
        const { stdout, stderr, exitCode } = await run(args, { signal });
        // An exit code may be part of the answer: that something is not well, for one.
        const isProblem = exitCode !== 0 && stdout.trim() === "";
        return { text: isProblem ? stderr : stdout, isProblem };
      },
      async askAccess(namespace) {
        const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
        const resource = "selfsubjectrulesreviews";
        const review = { verb: "create", group: "authorization.k8s.io", version: "v1", resource } as const;
        // Every object is JSON; what of it is used is looked at with care.
        return accessRules((await transport.request({ ...review, body })) as unknown as JsonObject);
      },
    });
  }

  /** Time passes on the screen only where an age is shown, and as often as it changes. */
  #tickLater(): void {
    this.#tick?.cancel();
    const delayMs = nextTickMs(this.#state);
    if (delayMs === undefined) return;
    this.#tick = this.#options.clock.setTimeout(
      () => this.dispatch({ type: "ticked", now: this.#options.clock.now() }),
      delayMs,
    );
  }

  #perform(effect: Effect): void {
    if (effect.type === "quit") return this.#options.onQuit();
    this.#options.tasks.run(effect.type, async (signal) => {
      try {
        await this.#done(effect, signal);
      } catch (error) {
        if (!signal.aborted) this.notify("bad", errorText(error));
      }
    });
  }

  async #done(effect: Exclude<Effect, { type: "quit" }>, signal: AbortSignal): Promise<void> {
    const { transport, run, discover } = this.#link;
    switch (effect.type) {
      case "drill": {
        const selector = await podSelector(transport, effect.address);
        return this.dispatch({ type: "drilled", address: effect.address, into: effect.into, selector });
      }
      case "discover":
        return this.dispatch({ type: "discovered", resources: await discover(), command: effect.command });
      case "delete":
      case "scale":
      case "restart":
      case "cordon":
        return this.notify("good", await change(transport, effect, timestamp(this.#options.clock.now())));
      case "shell":
        return await this.#shell(effect);
      case "attach":
        return await this.#attach(effect);
      case "edit":
        return await this.#edit(effect);
      case "command":
        return await this.#command(effect, signal);
      case "list":
        return this.dispatch({
          type: "listed",
          list: effect.list,
          rows: await fetchedList(effect.list, { run, signal, contextName: this.#state.contextName }),
        });
      case "connect":
        return await this.#connect(effect.context);
      case "forward":
        return this.#forwards.start(effect.forward, run);
      case "endForward":
        return this.#forwards.end(effect.id);
      case "images":
        return await this.#askForImage(effect);
      case "copy":
        this.#options.terminal.copy(effect.text);
        return this.notify("good", `${effect.what} is copied`);
      case "save":
        await writeFile(effect.path, effect.text, { flag: "wx" });
        return this.notify("good", `Saved as ${effect.path}`);
      case "refresh":
        this.#subscriber.stop();
        return this.#subscriber.follow(subscriptions(this.#state));
    }
  }

  async #shell({ pod, container }: Extract<Effect, { type: "shell" }>): Promise<void> {
    const shell = "command -v bash >/dev/null && exec bash || exec sh";
    const args = ["exec", "-it", pod.name, ...scopeOf(pod.namespace, container), "--", "sh", "-c", shell];
    const exitCode = await this.#options.terminal.run(this.#link.kube(args));
    this.notify(exitCode === 0 ? "good" : "bad", `Shell in ${pod.name} ended with exit code ${exitCode}`);
  }

  async #attach({ pod, container }: Extract<Effect, { type: "attach" }>): Promise<void> {
    const args = ["attach", "-it", pod.name, ...scopeOf(pod.namespace, container)];
    const exitCode = await this.#options.terminal.run(this.#link.kube(args));
    this.notify(exitCode === 0 ? "good" : "bad", `Attached to ${pod.name}: ended with exit code ${exitCode}`);
  }

  async #edit({ address }: Extract<Effect, { type: "edit" }>): Promise<void> {
    const { terminal, editor } = this.#options;
    const openEditor = async (path: string): Promise<void> => {
      const exitCode = await terminal.run([...editor, path]);
      if (exitCode !== 0)
        throw new Error(`The editor ended with exit code ${exitCode}: ${addressText(address)} not changed`);
    };
    this.notify("good", await editObject(address, { transport: this.#link.transport, openEditor }));
  }

  async #command(effect: Extract<Effect, { type: "command" }>, signal: AbortSignal): Promise<void> {
    const { run } = this.#link;
    if (effect.isShown) this.notify("good", `${effect.title} ...`);
    const { stdout, stderr, exitCode } = await runLines(run, effect.lines, signal);
    const text = `${stdout}${stderr}`.trim();
    // Warnings come beside what was done; what went wrong is among them.
    const outcome = exitCode === 0 ? stdout.trim() || stderr.trim() : stderr.trim() || stdout.trim();
    const last = outcome.split("\n").at(-1) ?? "";
    if (effect.list === "contexts" || effect.list === "clusters")
      await this.#done({ type: "list", list: effect.list }, signal);
    if (effect.isShown && text.includes("\n")) this.dispatch({ type: "answered", title: effect.title, text });
    this.notify(exitCode === 0 ? "good" : "bad", last || `${effect.title}: ended with exit code ${exitCode}`);
  }

  async #connect(context: string): Promise<void> {
    const link = await this.#options.connect(context);
    const resources = await link.discover();
    this.#subscriber.stop();
    this.#link.transport[Symbol.dispose]();
    this.#link = link;
    this.#subscriber = this.#subscriberTo(link);
    const { contextName, namespace } = link;
    this.dispatch({ type: "connected", cluster: { contextName, namespace, resources } });
  }

  /** What is set now is what one changes a part of. */
  async #askForImage({ targets }: Extract<Effect, { type: "images" }>): Promise<void> {
    const [first] = targets;
    if (!first) return;
    // Every object is JSON; what of it is used is looked at with care.
    const object = (await this.#link.transport.request({
      verb: "get",
      ...targetRequest(first),
    })) as unknown as JsonObject;
    const spec = objectIn(object, "spec");
    const job = objectIn(objectIn(spec, "jobTemplate"), "spec");
    const templates = [spec, objectIn(objectIn(spec, "template"), "spec"), objectIn(objectIn(job, "template"), "spec")];
    const images = templates
      .flatMap((each) => objectsIn(each, "containers"))
      .map((container) => `${textIn(container, "name")}=${textIn(container, "image")}`);
    this.dispatch({ type: "imaged", targets, images });
  }
}

function scopeOf(namespace: string | undefined, container: string | undefined): readonly string[] {
  return [`--namespace=${namespace ?? ""}`, ...(container === undefined ? [] : [`--container=${container}`])];
}
