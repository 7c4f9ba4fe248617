import type { ImageProgress } from "../../cluster/engine/local-images.ts";
import type { CliContext } from "../context.ts";

export interface ProgressDisplay extends Disposable {
  readonly onProgress: (progress: ImageProgress) => void;
}

interface Layer {
  currentBytes: number;
  totalBytes: number;
  isDone: boolean;
}

const DONE = /^(Pull complete|Already exists|Pushed|Layer already exists|Mounted from)/;

/** One line that says how far a pull, push or load has come; on a terminal only, as it is written again and again. */
export function imageProgress(what: string, { stderr }: Pick<CliContext, "stderr">): ProgressDisplay {
  const layers = new Map<string, Layer>();
  let shown = "";
  const show = (text: string): void => {
    if (stderr.isTTY !== true || text === shown) return;
    shown = text;
    stderr.write(`\r\u001b[K${text}`);
  };
  return {
    onProgress({ status, layer, currentBytes, totalBytes }) {
      if (layer !== undefined && (totalBytes !== undefined || DONE.test(status) || layers.has(layer))) {
        const known = layers.get(layer) ?? { currentBytes: 0, totalBytes: 0, isDone: false };
        known.currentBytes = currentBytes ?? known.currentBytes;
        known.totalBytes = totalBytes ?? known.totalBytes;
        known.isDone ||= DONE.test(status);
        layers.set(layer, known);
      }
      show(layers.size === 0 ? `${what}: ${status}` : `${what}: ${layersText([...layers.values()])}`);
    },
    [Symbol.dispose]() {
      if (shown !== "") stderr.write("\r\u001b[K");
    },
  };
}

function layersText(layers: readonly Layer[]): string {
  const done = layers.filter(({ isDone }) => isDone).length;
  const sum = (pick: (layer: Layer) => number): number => layers.reduce((total, layer) => total + pick(layer), 0);
  const total = sum(({ totalBytes }) => totalBytes);
  const current = sum(({ currentBytes, totalBytes, isDone }) =>
    isDone ? totalBytes : Math.min(currentBytes, totalBytes),
  );
  const bytes = total === 0 ? "" : `, ${megabytes(current)} of ${megabytes(total)}`;
  return `${done} of ${layers.length} layers${bytes}`;
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
