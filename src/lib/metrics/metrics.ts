/**
 * Numbers about what a program does, in the text form that Prometheus reads. Families are made once and their members on first use;
 * counting looks up one string in one map.
 */
export class MetricsRegistry {
  readonly #families = new Map<string, Family>();
  readonly #collectors: (() => void | Promise<void>)[] = [];

  counter(name: string, help: string, labels: readonly string[] = []): Counter {
    return this.#add(new Counter(name, help, "counter", labels));
  }

  gauge(name: string, help: string, labels: readonly string[] = []): Gauge {
    return this.#add(new Gauge(name, help, "gauge", labels));
  }

  /** `buckets` are upper bounds, ascending. */
  histogram(name: string, help: string, buckets: readonly number[], labels: readonly string[] = []): Histogram {
    return this.#add(new Histogram(name, help, labels, buckets));
  }

  /** Called before each reading, for gauges that are known only when asked. */
  onCollect(collect: () => void | Promise<void>): void {
    this.#collectors.push(collect);
  }

  async text(): Promise<string> {
    await Promise.all(this.#collectors.map(async (collect) => await collect()));
    const families = [...this.#families.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return families.map((family) => family.text()).join("");
  }

  /** Whoever comes second with a name counts in what the first has made. */
  #add<F extends Family>(family: F): F {
    const present = this.#families.get(family.name);
    // A name belongs to one kind of family: two of different kinds are a mistake in the program.
    if (present) return present as F;
    this.#families.set(family.name, family);
    return family;
  }
}

type LabelValues = readonly string[];

interface Family {
  readonly name: string;
  text(): string;
}

/** Separates label values in keys; occurs in none of them that is ever shown. */
const SEPARATOR = "\u0000";

class NumberFamily implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #labels: readonly string[];
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, type: "counter" | "gauge", labels: readonly string[]) {
    this.name = name;
    this.#head = head(name, help, type);
    this.#labels = labels;
  }

  /** Label values in the order of the family's labels. */
  increment(values: LabelValues = [], by = 1): void {
    const key = values.join(SEPARATOR);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  /** As `increment` with these labels, which are joined once: for what happens at every request. */
  incrementer(values: LabelValues): () => void {
    const key = values.join(SEPARATOR);
    return () => void this.#values.set(key, (this.#values.get(key) ?? 0) + 1);
  }

  value(values: LabelValues = []): number {
    return this.#values.get(values.join(SEPARATOR)) ?? 0;
  }

  protected put(values: LabelValues, value: number): void {
    this.#values.set(values.join(SEPARATOR), value);
  }

  protected clear(): void {
    this.#values.clear();
  }

  text(): string {
    if (this.#values.size === 0) return "";
    const lines = [...this.#values].map(
      ([key, value]) => `${this.name}${labelText(this.#labels, key)} ${numberText(value)}\n`,
    );
    return this.#head + lines.toSorted().join("");
  }
}

export class Counter extends NumberFamily {}

export class Gauge extends NumberFamily {
  set(value: number, values: LabelValues = []): void {
    this.put(values, value);
  }

  decrement(values: LabelValues = []): void {
    this.increment(values, -1);
  }

  /** Forgets all members, for gauges that are set anew at each reading. */
  reset(): void {
    this.clear();
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Histogram implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #labels: readonly string[];
  readonly #buckets: readonly number[];
  readonly #members = new Map<string, Distribution>();

  constructor(name: string, help: string, labels: readonly string[], buckets: readonly number[]) {
    this.name = name;
    this.#head = head(name, help, "histogram");
    this.#labels = labels;
    this.#buckets = buckets;
  }

  observe(value: number, values: LabelValues = []): void {
    this.#observe(this.#member(values), value);
  }

  /** As `observe` with these labels, which are looked up once: for what happens many times in a request. */
  observer(values: LabelValues): (value: number) => void {
    const member = this.#member(values);
    return (value) => this.#observe(member, value);
  }

  #member(values: LabelValues): Distribution {
    const key = values.join(SEPARATOR);
    let member = this.#members.get(key);
    if (!member) {
      member = { counts: this.#buckets.map(() => 0), sum: 0, count: 0 };
      this.#members.set(key, member);
    }
    return member;
  }

  #observe(member: Distribution, value: number): void {
    member.sum += value;
    member.count += 1;
    const index = this.#buckets.findIndex((bound) => value <= bound);
    if (index >= 0) member.counts[index] = (member.counts[index] ?? 0) + 1;
  }

  text(): string {
    if (this.#members.size === 0) return "";
    const members = [...this.#members].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return this.#head + members.map(([key, member]) => this.#memberText(key, member)).join("");
  }

  #memberText(key: string, { counts, sum, count }: Distribution): string {
    const labels = labelText(this.#labels, key);
    let below = 0;
    const lines = this.#buckets.map((bound, index) => {
      below += counts[index] ?? 0;
      return `${this.name}_bucket${withLabel(labels, "le", numberText(bound))} ${below}\n`;
    });
    return (
      `${lines.join("")}${this.name}_bucket${withLabel(labels, "le", "+Inf")} ${count}\n` +
      `${this.name}_sum${labels} ${numberText(sum)}\n${this.name}_count${labels} ${count}\n`
    );
  }
}

const head = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;

function labelText(labels: readonly string[], key: string): string {
  if (labels.length === 0) return "";
  const values = key.split(SEPARATOR);
  return `{${labels.map((label, index) => `${label}="${escaped(values[index] ?? "")}"`).join(",")}}`;
}

const withLabel = (labels: string, name: string, value: string): string =>
  labels === "" ? `{${name}="${value}"}` : `${labels.slice(0, -1)},${name}="${value}"}`;

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const numberText = (value: number): string => (value === Infinity ? "+Inf" : String(value));
