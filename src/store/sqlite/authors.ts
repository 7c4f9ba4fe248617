import type { Database } from "bun:sqlite";

/** The names of those who wrote, each once: changes refer to them by number. */
export class Authors {
  readonly #database: Database;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
    this.#load();
  }

  /** Part of the transaction it is called in. */
  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#names.size + 1;
    this.#database.run("INSERT INTO authors (id, name) VALUES (?, ?)", [id, name]);
    this.#keep(id, name);
    return id;
  }

  /** The transaction was rolled back, and with it the names that were new. */
  forgetUnwritten(): void {
    this.#ids.clear();
    this.#names.clear();
    this.#load();
  }

  nameOf(id: number): string | undefined {
    return this.#names.get(id);
  }

  #load(): void {
    const rows = this.#database.query<AuthorRow, []>("SELECT id, name FROM authors").all();
    for (const { id, name } of rows) this.#keep(id, name);
  }

  #keep(id: number, name: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}

interface AuthorRow {
  readonly id: number;
  readonly name: string;
}
