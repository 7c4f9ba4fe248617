/** A date and time as clocks on a wall show it. Months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Turns moments into wall times of one zone, and back. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  wallTime(ms: number): WallTime {
    const parts = this.#format.formatToParts(ms);
    const part = (type: Intl.DateTimeFormatPartTypes): number =>
      Number(parts.find((one) => one.type === type)?.value ?? 0);
    return {
      year: part("year"),
      month: part("month"),
      day: part("day"),
      hour: part("hour"),
      minute: part("minute"),
      second: part("second"),
    };
  }

  /** How far the clocks are ahead of UTC. */
  offsetMs(ms: number): number {
    return asUtc(this.wallTime(ms)) - Math.floor(ms / 1000) * 1000;
  }

  /** The first moment at which the clocks show it; undefined where they jump over it. */
  moment(wall: WallTime): number | undefined {
    const shown = asUtc(wall);
    // The offset before and after a change of the clocks: the larger one gives the earlier moment.
    const offsets = [this.offsetMs(shown - DAY_MS), this.offsetMs(shown + DAY_MS)];
    return offsets
      .map((offset) => shown - offset)
      .toSorted((a, b) => a - b)
      .find((ms) => asUtc(this.wallTime(ms)) === shown);
  }
}

const DAY_MS = 24 * 60 * 60_000;

const asUtc = ({ year, month, day, hour, minute, second }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);
