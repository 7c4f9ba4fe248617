import type {
  CreateResult,
  HistorySize,
  KeyValue,
  RangeOptions,
  RangeResult,
  Store,
  StoreEvent,
  ValueAt,
  WantedChanges,
  Watch,
  WatchListener,
  WriteResult,
} from "../../store/store.ts";
import type { UserInfo } from "../auth/user-info.ts";

/** The store as one request uses it: what is written through it is written down as done by its user. */
export class AuthoredStore implements Store {
  readonly #store: Store;
  readonly #author: string;

  constructor(store: Store, user: UserInfo, userAgent: string) {
    this.#store = store;
    const [program = ""] = userAgent.split(" ");
    this.#author = program === "" ? user.name : `${user.name} (${program.slice(0, MOST_AGENT)})`;
  }

  create(key: string, value: ValueAt): Promise<CreateResult> {
    return this.#store.create(key, value, this.#author);
  }
  update(key: string, expected: number, value: ValueAt): Promise<WriteResult> {
    return this.#store.update(key, expected, value, this.#author);
  }
  delete(key: string, expected: number, value: ValueAt): Promise<WriteResult> {
    return this.#store.delete(key, expected, value, this.#author);
  }
  revision(): Promise<number> {
    return this.#store.revision();
  }
  compactedRevision(): Promise<number> {
    return this.#store.compactedRevision();
  }
  get(key: string, options?: { readonly revision?: number }): Promise<KeyValue | undefined> {
    return this.#store.get(key, options);
  }
  range(prefix: string, options?: RangeOptions): Promise<RangeResult> {
    return this.#store.range(prefix, options);
  }
  count(prefix: string): Promise<number> {
    return this.#store.count(prefix);
  }
  watch(prefix: string, after: number, listener: WatchListener): Promise<Watch> {
    return this.#store.watch(prefix, after, listener);
  }
  changes(wanted: WantedChanges): Promise<readonly StoreEvent[]> {
    return this.#store.changes(wanted);
  }
  revisionAt(time: number): Promise<number | undefined> {
    return this.#store.revisionAt(time);
  }
  historySize(): Promise<HistorySize> {
    return this.#store.historySize();
  }
  compact(revision: number): Promise<void> {
    return this.#store.compact(revision);
  }
  /** The store is not the request's to close. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Programs may call themselves anything. */
const MOST_AGENT = 60;
