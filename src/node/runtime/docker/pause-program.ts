/**
 * The program that holds a pod's namespaces, as a static ELF file of less than 250 bytes. Undefined for an architecture that
 * has none.
 *
 * It ignores SIGCHLD, which makes the kernel reap its children: as process 1 of a shared process namespace it leaves no
 * zombies. Then it sleeps for ever. It handles no other signal, and the kernel does not deliver those to a process 1 without a
 * handler, so whoever ends it must send SIGKILL: the sandbox's stop signal says so.
 */
export function pauseProgram(architecture: string): Uint8Array | undefined {
  const program = PROGRAMS[architecture];
  if (!program) return undefined;
  // SIG_IGN as a kernel `struct sigaction`: handler 1; no flags, restorer or mask.
  const ignore = new Uint8Array(32);
  ignore[0] = 1;
  return elfExecutable(program.machine, Buffer.concat([...program.code.map(instructionBytes), ignore]));
}

/** By the names `docker version` has for architectures. `machine` is ELF's e_machine; the action follows the code. */
const PROGRAMS: Readonly<Record<string, { readonly machine: number; readonly code: readonly string[] }>> = {
  amd64: {
    machine: 62,
    code: [
      "b8 0d 00 00 00        mov eax, 13          ; rt_sigaction(",
      "bf 11 00 00 00        mov edi, 17          ;   SIGCHLD,",
      "48 8d 35 17 00 00 00  lea rsi, [rip + 23]  ;   &ignore,",
      "31 d2                 xor edx, edx         ;   NULL,",
      "41 ba 08 00 00 00     mov r10d, 8          ;   size of the mask)",
      "0f 05                 syscall",
      "b8 22 00 00 00        mov eax, 34          ; pause()",
      "0f 05                 syscall",
      "eb f7                 jmp -9               ; again",
      "0f 1f 40 00           nop                  ; aligns the action",
    ],
  },
  arm64: {
    machine: 183,
    code: [
      "c8 10 80 d2  mov x8, 134  ; rt_sigaction(",
      "20 02 80 d2  mov x0, 17   ;   SIGCHLD,",
      "81 01 00 10  adr x1, +48  ;   &ignore,",
      "02 00 80 d2  mov x2, 0    ;   NULL,",
      "03 01 80 d2  mov x3, 8    ;   size of the mask)",
      "01 00 00 d4  svc 0",
      "28 09 80 d2  mov x8, 73   ; ppoll(",
      "00 00 80 d2  mov x0, 0    ;   NULL,",
      "01 00 80 d2  mov x1, 0    ;   0,",
      "02 00 80 d2  mov x2, 0    ;   NULL,",
      "03 00 80 d2  mov x3, 0    ;   NULL)",
      "01 00 00 d4  svc 0",
      "fa ff ff 17  b -24        ; again",
      "1f 20 03 d5  nop          ; aligns the action",
    ],
  },
};

const LOAD_ADDRESS = 0x400000;
const FILE_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/** A 64-bit little-endian executable of one segment that is mapped whole, headers included, to read and execute. */
function elfExecutable(machine: number, code: Uint8Array): Uint8Array {
  const headerBytes = FILE_HEADER_BYTES + PROGRAM_HEADER_BYTES;
  const file = new Uint8Array(headerBytes + code.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // e_type: executable
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true); // e_version
  view.setBigUint64(24, BigInt(LOAD_ADDRESS + headerBytes), true); // e_entry
  view.setBigUint64(32, BigInt(FILE_HEADER_BYTES), true); // e_phoff
  view.setUint16(52, FILE_HEADER_BYTES, true);
  view.setUint16(54, PROGRAM_HEADER_BYTES, true);
  view.setUint16(56, 1, true); // e_phnum
  view.setUint32(64, 1, true); // p_type: load
  view.setUint32(68, 5, true); // p_flags: read, execute
  view.setBigUint64(80, BigInt(LOAD_ADDRESS), true); // p_vaddr
  view.setBigUint64(88, BigInt(LOAD_ADDRESS), true); // p_paddr
  view.setBigUint64(96, BigInt(file.length), true); // p_filesz
  view.setBigUint64(104, BigInt(file.length), true); // p_memsz
  view.setBigUint64(112, 0x1000n, true); // p_align
  file.set(code, headerBytes);
  return file;
}

function instructionBytes(line: string): Uint8Array {
  const hex = /^(?:[0-9a-f]{2} )+/.exec(line)?.[0] ?? "";
  return Uint8Array.from(hex.trim().split(" "), (byte) => Number.parseInt(byte, 16));
}
