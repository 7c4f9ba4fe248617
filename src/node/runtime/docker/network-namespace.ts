import { dlopen } from "bun:ffi";
import { closeSync, openSync } from "node:fs";

const CLONE_NEWNET = 0x40000000;

/** glibc's and musl's names. */
const C_LIBRARIES = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

/** A way into the network namespaces of other processes. */
export interface NetworkNamespaces {
  /**
   * Runs `make` with the thread in the namespace of process `pid`; sockets that `make` creates stay there. `make` must be
   * synchronous: the whole program runs on this thread. Throws when the namespace may not be entered.
   */
  within<T>(pid: number, make: () => T): T;
}

/** Undefined where the system has no such thing. */
export function networkNamespaces(): NetworkNamespaces | undefined {
  if (process.platform !== "linux") return undefined;
  const setns = findSetns();
  if (!setns) return undefined;
  return {
    within(pid, make) {
      const ours = openSync("/proc/thread-self/ns/net", "r");
      try {
        const theirs = openSync(`/proc/${pid}/ns/net`, "r");
        try {
          if (setns(theirs, CLONE_NEWNET) !== 0)
            throw new Error(`Cannot enter the network namespace of process ${pid}`);
        } finally {
          closeSync(theirs);
        }
        try {
          return make();
        } finally {
          // In a wrong namespace everything that follows would be wrong, and silently.
          if (setns(ours, CLONE_NEWNET) !== 0) process.abort();
        }
      } finally {
        closeSync(ours);
      }
    },
  };
}

function findSetns(): ((fd: number, type: number) => number) | undefined {
  for (const library of C_LIBRARIES) {
    try {
      return dlopen(library, { setns: { args: ["i32", "i32"], returns: "i32" } }).symbols.setns;
    } catch {
      // The other C library's name: tried next.
    }
  }
  return undefined;
}
