import { UserError } from "../../lib/user-error.ts";

/** The bytes that a text like `ctrl-p,ctrl-q` stands for. */
export function keyBytes(text: string): readonly number[] {
  return text.split(",").map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const control = /^ctrl-(.)$/.exec(key)?.[1];
    const code = control === undefined ? -1 : CONTROL_CHARACTERS.indexOf(control);
    if (code < 0) throw new UserError(`could not bind detach keys: Unknown character: '${key}'`);
    return code;
  });
}

/** At the place of their codes: ctrl-@ is 0, ctrl-a is 1. */
const CONTROL_CHARACTERS = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

/** Looks for a sequence of keys in what is typed, however it is cut; what may be its beginning is held back. */
export class KeySequence {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What is to be passed on of `typed`, and whether the sequence was completed in it. */
  pass(typed: Uint8Array): { readonly bytes: Uint8Array; readonly isComplete: boolean } {
    const bytes: number[] = [];
    for (const byte of typed) {
      if (byte !== this.#keys[this.#matched]) {
        bytes.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte !== this.#keys[this.#matched]) bytes.push(byte);
      else if (++this.#matched === this.#keys.length) return { bytes: Uint8Array.from(bytes), isComplete: true };
    }
    return { bytes: Uint8Array.from(bytes), isComplete: false };
  }
}
