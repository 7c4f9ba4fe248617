import type { StepListener, StepReport } from "../cluster/process/steps.ts";
import type { CliContext } from "./context.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const NAME_WIDTH = 34;

export interface StepDisplay extends Disposable {
  readonly onStep: StepListener;
}

/** Shows steps as they happen: with a spinner on a terminal, as plain lines elsewhere. */
export function stepDisplay(context: Pick<CliContext, "stdout" | "clock" | "env">): StepDisplay {
  return context.stdout.isTTY === true ? spinner(context) : plainLines(context);
}

function plainLines({ stdout }: Pick<CliContext, "stdout">): StepDisplay {
  return {
    onStep: (report) => {
      if (report.state !== "started") stdout.write(`${stepLine(report, { ok: "", failed: "Failed: " })}\n`);
    },
    [Symbol.dispose]() {},
  };
}

function spinner({ stdout, clock, env }: Pick<CliContext, "stdout" | "clock" | "env">): StepDisplay {
  const color = (code: number, text: string): string => (env["NO_COLOR"] ? text : `\u001b[${code}m${text}\u001b[0m`);
  const marks = { ok: `${color(32, "✓")} `, failed: `${color(31, "✗")} ` };
  const running = new Set<string>();
  let frame = 0;
  let timer: Disposable | undefined;
  const clear = (): void => void stdout.write("\r\u001b[K");
  const draw = (): void => {
    timer?.[Symbol.dispose]();
    const name = [...running].at(-1);
    if (name === undefined) return;
    frame = (frame + 1) % FRAMES.length;
    clear();
    stdout.write(`${color(36, FRAMES[frame] ?? "")} ${name}`);
    timer = clock.setTimeout(draw, FRAME_MS);
  };
  return {
    onStep: (report) => {
      if (report.state === "started") running.add(report.step);
      else {
        running.delete(report.step);
        clear();
        stdout.write(`${stepLine(report, marks)}\n`);
      }
      draw();
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      if (running.size > 0) clear();
    },
  };
}

function stepLine(report: StepReport, marks: { ok: string; failed: string }): string {
  const mark = report.state === "failed" ? marks.failed : marks.ok;
  const time = report.ms === undefined ? "" : `${String(report.ms).padStart(6)} ms`;
  return `${mark}${report.step.padEnd(NAME_WIDTH)}${time}`.trimEnd();
}
