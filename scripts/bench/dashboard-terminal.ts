import type { BenchCluster } from "./bench-cluster.ts";

/** A dashboard on a terminal of its own, of which it is known when it paints what. */
export interface MeasuredDashboard extends AsyncDisposable {
  readonly pid: number;
  /** Sends keys and resolves with the milliseconds until something painted after them contains the text. */
  press(keys: string, text: string): Promise<number>;
}

const TIMEOUT_MS = 30_000;

export async function openDashboard(cluster: BenchCluster): Promise<MeasuredDashboard> {
  let painted = "";
  let onPaint: (() => void) | undefined;
  const decoder = new TextDecoder();
  const child = Bun.spawn([...cluster.command("dashboard", "--namespace", "default")], {
    env: { ...cluster.env, TERM: "xterm-256color" },
    terminal: {
      cols: 120,
      rows: 40,
      data(_terminal, bytes) {
        painted += decoder.decode(bytes, { stream: true });
        onPaint?.();
      },
    },
  });
  return {
    pid: child.pid,
    async press(keys, text) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const timer = setTimeout(
        () => reject(new Error(`The dashboard never painted ${JSON.stringify(text)}`)),
        TIMEOUT_MS,
      );
      // What the last key made it paint must not be taken for what this one does.
      painted = keys === "" ? painted : "";
      const begin = performance.now();
      onPaint = () => void (painted.includes(text) && resolve(performance.now() - begin));
      child.terminal?.write(keys);
      onPaint();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        onPaint = undefined;
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      child.terminal?.close();
    },
  };
}
