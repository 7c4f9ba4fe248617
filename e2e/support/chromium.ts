import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./eventually.ts";

/** One page of a headless Chromium, driven by its debugging protocol. */
export interface BrowserPage extends AsyncDisposable {
  goto(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON can carry it. */
  evaluate<T>(expression: string): Promise<T>;
  /** Awaits a moment at which the page shows all of the texts; what is hidden does not count. */
  shows(...texts: readonly string[]): Promise<void>;
  /** Follows the first link or presses the first button with this text. */
  click(text: string): Promise<void>;
  /** Types into what the selector finds, in place of what was there. */
  fill(selector: string, text: string): Promise<void>;
  /** PNG. */
  screenshot(path: string): Promise<void>;
  /** What the page complained about: errors of scripts, and what its policy did not let through. */
  readonly problems: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** Starts the Chromium on PATH with a profile of its own, gone when the page is disposed. */
export async function openChromium({ width = 1280, height = 800 } = {}): Promise<BrowserPage> {
  await using starting = new AsyncDisposableStack();
  const profile = await mkdtemp(join(tmpdir(), "kube-chromium-"));
  starting.defer(() => rm(profile, { recursive: true, force: true }));
  const child = Bun.spawn(
    [
      "chromium",
      "--headless",
      // Its sandbox cannot be had by root, and it looks at our own pages only.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      `--window-size=${width},${height}`,
      "about:blank",
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  );
  starting.defer(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const port = await debuggingPort(child.stderr);
  const targets = await eventually("Chromium shows a page", async () => {
    // Parse edge: the protocol's own list of what can be debugged.
    const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
    return list.find(({ type }) => type === "page");
  });
  const session = starting.use(await Session.open(targets.webSocketDebuggerUrl));
  await Promise.all(["Page.enable", "Runtime.enable", "Log.enable"].map((method) => session.send(method)));
  const running = starting.move();
  return pageOf(session, running);
}

interface Target {
  readonly type: string;
  readonly webSocketDebuggerUrl: string;
}

async function debuggingPort(stderr: ReadableStream<Uint8Array>): Promise<number> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stderr) {
    text += decoder.decode(chunk, { stream: true });
    const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error(`Chromium did not start:\n${text}`);
}

/** Requests and answers over one WebSocket. */
class Session implements Disposable {
  readonly problems: string[] = [];
  #hasNetworkChanged = false;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error(`Cannot reach ${url}`)), { once: true });
    });
    return new Session(socket);
  }

  send(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (method === "Runtime.exceptionThrown") this.problems.push(JSON.stringify(params?.["exceptionDetails"]));
    if (method === "Log.entryAdded") this.#note(JSON.stringify(params?.["entry"]));
    if (id === undefined) return;
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result ?? {});
  }

  /** Chromium ends what it loads, from wherever, when an interface of the machine comes or goes, as those of pods do. */
  #note(entry: string): void {
    if (entry.includes("ERR_NETWORK_CHANGED")) this.#hasNetworkChanged = true;
    else this.problems.push(entry);
  }

  /** Loads again what was lost for such a reason. */
  async reloadIfLost(): Promise<void> {
    if (!this.#hasNetworkChanged) return;
    this.#hasNetworkChanged = false;
    await this.send("Page.reload");
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function pageOf(session: Session, running: AsyncDisposableStack): BrowserPage {
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await session.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (answer["exceptionDetails"]) throw new Error(JSON.stringify(answer["exceptionDetails"]));
    // The caller knows what its expression is.
    return (answer["result"] as { readonly value: T }).value;
  };
  return {
    evaluate,
    problems: session.problems,
    async goto(url) {
      await session.send("Page.navigate", { url });
    },
    async shows(...texts) {
      let shown = "";
      try {
        await eventually(`the page shows ${texts.join(", ")}`, async () => {
          await session.reloadIfLost();
          shown = await evaluate<string>("document.body?.innerText ?? ''");
          return texts.every((text) => shown.includes(text));
        });
      } catch (error) {
        throw new Error(`The page shows:\n${shown}`, { cause: error });
      }
    },
    async click(text) {
      await eventually(`there is "${text}" to click`, async () => {
        await session.reloadIfLost();
        return await evaluate<boolean>(`(() => {
          const wanted = [...document.querySelectorAll("a, button")].find((each) => each.innerText.trim() === ${JSON.stringify(text)});
          wanted?.click();
          return wanted !== undefined;
        })()`);
      });
    },
    async fill(selector, text) {
      await eventually(`there is ${selector} to fill`, () =>
        evaluate<boolean>(`(() => {
          const field = document.querySelector(${JSON.stringify(selector)});
          if (!field) return false;
          field.value = ${JSON.stringify(text)};
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new Event("change", { bubbles: true }));
          return true;
        })()`),
      );
    },
    async screenshot(path) {
      const { data } = await session.send("Page.captureScreenshot", { format: "png" });
      await Bun.write(path, Buffer.from(String(data), "base64"));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
