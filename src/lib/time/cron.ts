/** Schedules in the form of cron: five fields, or a word like `@daily`. What is wrong with one is told as robfig/cron tells it. */
export interface CronField {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export const CRON_FIELDS: readonly CronField[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
const DURATION = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*$/;

/** Undefined when the schedule is well formed. */
export function cronProblem(schedule: string): string | undefined {
  if (schedule === "") return "empty spec string";
  const zone = /^(?:CRON_)?TZ=(\S*)\s*/.exec(schedule);
  const spec = (zone ? schedule.slice(zone[0].length) : schedule).trim();
  const zoneName = zone?.[1] ?? "";
  if (zone && !isTimeZone(zoneName)) return `provided bad location ${zoneName}: unknown time zone ${zoneName}`;
  if (spec.startsWith("@")) return descriptorProblem(spec);
  const fields = spec.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== CRON_FIELDS.length) {
    return `expected exactly ${CRON_FIELDS.length} fields, found ${fields.length}: [${fields.join(" ")}]`;
  }
  for (const [index, field] of CRON_FIELDS.entries()) {
    const problem = (fields[index] ?? "").split(",").map((part) => rangeProblem(part, field));
    const first = problem.find((each) => each !== undefined);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Whether the platform's time zone database knows the name. */
export function isTimeZone(name: string): boolean {
  if (name === "" || /^[+-]/.test(name)) return name === "";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function descriptorProblem(spec: string): string | undefined {
  if (DESCRIPTORS.includes(spec)) return undefined;
  if (!spec.startsWith("@every ")) return `unrecognized descriptor: ${spec}`;
  const duration = spec.slice("@every ".length);
  if (DURATION.test(duration)) return undefined;
  return `failed to parse duration ${spec}: time: invalid duration ${JSON.stringify(duration)}`;
}

/** Of one part of a list: a number, a name, a range, all of them, each with a step. */
function rangeProblem(part: string, field: CronField): string | undefined {
  const [range = "", stepText, ...moreSteps] = part.split("/");
  const [lowText = "", highText, ...moreHighs] = range.split("-");
  const isAll = lowText === "*" || lowText === "?";
  const low = isAll ? field.min : numberOf(lowText, field);
  if (typeof low === "string") return low;
  if (!isAll && moreHighs.length > 0) return `too many hyphens: ${part}`;
  const single = stepText === undefined ? low : field.max;
  const high = isAll ? field.max : highText === undefined ? single : numberOf(highText, field);
  if (typeof high === "string") return high;
  if (moreSteps.length > 0) return `too many slashes: ${part}`;
  const step = stepText === undefined ? 1 : numberOf(stepText, { min: 0, max: 0 });
  if (typeof step === "string") return step;
  if (low < field.min) return `beginning of range (${low}) below minimum (${field.min}): ${part}`;
  if (high > field.max) return `end of range (${high}) above maximum (${field.max}): ${part}`;
  if (low > high) return `beginning of range (${low}) beyond end of range (${high}): ${part}`;
  return step === 0 ? `step of range should be a positive number: ${part}` : undefined;
}

/** The number, or what is wrong with it. */
function numberOf(text: string, { min, names = [] }: CronField): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + min;
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}
