import { CRON_FIELDS, type CronField } from "./cron.ts";
import { TimeZone } from "./time-zone.ts";

/** When something recurs. */
export interface Schedule {
  /** The first time after `ms`; undefined if there is none in the next years, as for the 31st of February. */
  next(ms: number): number | undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Five years hold every date that recurs, also the 29th of February. */
const MOST_DAYS = 5 * 366;

/** The times that a well-formed schedule (see cronProblem) means, by the clocks of a zone unless it names one itself. */
export function cronSchedule(text: string, zoneName: string): Schedule {
  const [, ownZone, spec = ""] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(text.trim()) ?? [];
  if (spec.startsWith("@every ")) return interval(durationMs(spec.slice("@every ".length)));
  const fields = (WORDS[spec] ?? spec).split(/\s+/);
  const [minutes, hours, days, months, weekdays] = CRON_FIELDS.map((field, index) =>
    valuesOf(fields[index] ?? "*", field),
  );
  if (!minutes || !hours || !days || !months || !weekdays) throw new Error(`Not a schedule: "${text}"`);
  return new WallClockSchedule({ minutes, hours, days, months, weekdays }, new TimeZone(ownZone ?? zoneName));
}

interface Values {
  readonly set: ReadonlySet<number>;
  /** Says nothing at all, rather than all values one by one. */
  readonly isStar: boolean;
}

interface Fields {
  readonly minutes: Values;
  readonly hours: Values;
  readonly days: Values;
  readonly months: Values;
  readonly weekdays: Values;
}

class WallClockSchedule implements Schedule {
  readonly #fields: Fields;
  readonly #zone: TimeZone;

  constructor(fields: Fields, zone: TimeZone) {
    this.#fields = fields;
    this.#zone = zone;
  }

  next(ms: number): number | undefined {
    const { year, month, day } = this.#zone.wallTime(ms);
    for (let offset = 0; offset <= MOST_DAYS; offset++) {
      const date = new Date(Date.UTC(year, month - 1, day + offset));
      if (!this.#isDay(date)) continue;
      const found = this.#firstOn(date, ms);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isDay(date: Date): boolean {
    const { days, months, weekdays } = this.#fields;
    if (!months.set.has(date.getUTCMonth() + 1)) return false;
    const isDay = days.set.has(date.getUTCDate());
    const isWeekday = weekdays.set.has(date.getUTCDay());
    // Where both are restricted either is enough: cron does this too.
    return days.isStar || weekdays.isStar ? isDay && isWeekday : isDay || isWeekday;
  }

  #firstOn(date: Date, afterMs: number): number | undefined {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    for (const hour of ascending(this.#fields.hours)) {
      for (const minute of ascending(this.#fields.minutes)) {
        const moment = this.#zone.moment({ year, month, day, hour, minute, second: 0 });
        if (moment !== undefined && moment > afterMs) return moment;
      }
    }
    return undefined;
  }
}

/** Whole seconds apart, as robfig/cron has it. */
function interval(lengthMs: number): Schedule {
  const stepMs = Math.max(1000, Math.floor(lengthMs / 1000) * 1000);
  return { next: (ms) => Math.floor(ms / 1000) * 1000 + stepMs };
}

function durationMs(text: string): number {
  return [...text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)].reduce(
    (sum, [, amount = "0", unit = "s"]) => sum + Number(amount) * (UNITS_MS[unit] ?? 0),
    0,
  );
}

function valuesOf(text: string, field: CronField): Values {
  const set = new Set<number>();
  let isStar = false;
  for (const part of text.split(",")) {
    const [range = "", stepText] = part.split("/");
    const [lowText = "", highText] = range.split("-");
    const isAll = lowText === "*" || lowText === "?";
    const step = Number(stepText ?? 1);
    isStar ||= isAll && step === 1;
    const low = isAll ? field.min : numberOf(lowText, field);
    const single = stepText === undefined ? low : field.max;
    const high = isAll ? field.max : highText === undefined ? single : numberOf(highText, field);
    for (let value = low; value <= high; value += step) set.add(value);
  }
  return { set, isStar };
}

function numberOf(text: string, { min, names = [] }: CronField): number {
  const named = names.indexOf(text.toLowerCase());
  return named === -1 ? Number(text) : named + min;
}

const ascending = ({ set }: Values): number[] => [...set].toSorted((a, b) => a - b);
