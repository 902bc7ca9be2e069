/** A processor Hardpan runs on. */
export type Machine = "amd64" | "arm64";

/** e_machine of a machine's ELF files. */
export const elfMachines: Readonly<Record<Machine, number>> = { amd64: 62, arm64: 183 };

/** What a process gives up before it becomes the step's shell. */
export interface StartOptions {
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the largest file it may write. */
  readonly largestFile: number;
  /** Processes its user may have; null leaves that to others. The kernel does not hold root to it. */
  readonly mostProcesses: number | null;
  /** Whether supplementary groups can and must be dropped; in a user namespace of one user neither is so. */
  readonly dropGroups: boolean;
}

/**
 * A static Linux program of some 600 bytes for `machine`. It closes every file but the standard ones, sets umask 022 and the
 * limits on file and core size and on processes, becomes the user and group, and executes its arguments. It ends with 126 when it
 * cannot become that user and with 127 when it cannot execute. bubblewrap does none of this, and a root need not
 * have a program for it.
 */
export function startProgram(machine: Machine, options: StartOptions): Uint8Array {
  const { encode, numbers, execute } = machines[machine];
  const [uid, gid] = [BigInt(options.uid), BigInt(options.gid)];
  const limits = [
    { resource: 1n, most: options.largestFile }, // RLIMIT_FSIZE
    { resource: 4n, most: 0 }, // RLIMIT_CORE
    ...(options.mostProcesses === null ? [] : [{ resource: 6n, most: options.mostProcesses }]), // RLIMIT_NPROC
  ];
  const calls: readonly Call[] = [
    { number: numbers.closeRange, arguments: [3n, 0xffffffffn, 0n], must: false },
    { number: numbers.umask, arguments: [0o022n], must: false },
    ...limits.map(({ resource }, index) => ({
      number: numbers.prlimit,
      arguments: [0n, resource, dataAddress + BigInt(index * limitSize), 0n],
      must: true,
    })),
    { number: numbers.setgroups, arguments: [0n, 0n], must: options.dropGroups },
    { number: numbers.setresgid, arguments: [gid, gid, gid], must: true },
    { number: numbers.setresuid, arguments: [uid, uid, uid], must: true },
  ];
  const exit = (status: bigint) => encode.call(numbers.exit, [status]);
  const code = calls.flatMap((call) => [
    encode.call(call.number, call.arguments),
    ...(call.must ? [encode.skipUnlessFailed(exit(126n)), exit(126n)] : []),
  ]);
  const data = Buffer.alloc(dataSize);
  for (const [index, { most }] of limits.entries()) {
    data.writeBigUInt64LE(BigInt(most), index * limitSize);
    data.writeBigUInt64LE(BigInt(most), index * limitSize + 8);
  }
  return program(machine, Buffer.concat([data, ...code, execute, exit(127n)]));
}

interface Call {
  readonly number: number;
  readonly arguments: readonly bigint[];
  /** Whether the program ends when it fails. */
  readonly must: boolean;
}

interface Encoding {
  /** A system call with constant arguments. */
  call(number: number, values: readonly bigint[]): Buffer;
  /** Jumps over `code` unless the call before has failed. */
  skipUnlessFailed(code: Buffer): Buffer;
}

const amd64: Encoding = {
  call(number, values) {
    // mov rax|rdi|rsi|rdx|r10, value; then syscall
    const registers = [
      [0x48, 0xb8],
      [0x48, 0xbf],
      [0x48, 0xbe],
      [0x48, 0xba],
      [0x49, 0xba],
    ] as const;
    const moves = [BigInt(number), ...values].map((value, index) => {
      const move = Buffer.alloc(10);
      move.set(registers[index] ?? []);
      move.writeBigUInt64LE(value, 2);
      return move;
    });
    return Buffer.concat([...moves, Buffer.from([0x0f, 0x05])]);
  },
  skipUnlessFailed: (code) => Buffer.from([0x48, 0x85, 0xc0, 0x79, code.length]), // test rax, rax; jns
};

const arm64: Encoding = {
  call(number, values) {
    const moves = [[8, BigInt(number)] as const, ...values.map((value, index) => [index, value] as const)];
    return instructions([
      ...moves.flatMap(([register, value]) =>
        // movz, then movk for the other quarters
        [0, 1, 2, 3].map((quarter) => {
          const part = Number((value >> BigInt(16 * quarter)) & 0xffffn);
          return (quarter === 0 ? 0xd2800000 : 0xf2800000) + quarter * 2 ** 21 + part * 32 + register;
        }),
      ),
      0xd4000001, // svc #0
    ]);
  },
  skipUnlessFailed: (code) => instructions([0xb6f80000 + (code.length / 4 + 1) * 32]), // tbz x0, #63
};

function instructions(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes;
}

// execve(argv[1], argv + 1, environ): the stack begins with argc, argv, 0, environ.
const executeOnAmd64 = Buffer.from([
  ...[0x48, 0x8b, 0x0c, 0x24], // mov rcx, [rsp]
  ...[0x48, 0x8b, 0x7c, 0x24, 0x10], // mov rdi, [rsp + 16]
  ...[0x48, 0x8d, 0x74, 0x24, 0x10], // lea rsi, [rsp + 16]
  ...[0x48, 0x8d, 0x54, 0xcc, 0x10], // lea rdx, [rsp + rcx * 8 + 16]
  ...[0xb8, 59, 0, 0, 0], // mov eax, 59
  ...[0x0f, 0x05], // syscall
]);

const executeOnArm64 = instructions([
  0xf94003e9, // ldr x9, [sp]
  0xf9400be0, // ldr x0, [sp, #16]
  0x910043e1, // add x1, sp, #16
  0x8b090c22, // add x2, x1, x9, lsl #3
  0xd2801ba8, // mov x8, #221
  0xd4000001, // svc #0
]);

const machines = {
  amd64: {
    encode: amd64,
    execute: executeOnAmd64,
    numbers: { closeRange: 436, umask: 95, prlimit: 302, setgroups: 116, setresgid: 119, setresuid: 117, exit: 60 },
  },
  arm64: {
    encode: arm64,
    execute: executeOnArm64,
    numbers: { closeRange: 436, umask: 166, prlimit: 261, setgroups: 159, setresgid: 149, setresuid: 147, exit: 93 },
  },
} as const;

const headerSize = 120;
/** A soft and a hard limit (setrlimit(2)), three times. */
const limitSize = 16;
const dataSize = 3 * limitSize;
const base = 0x400000n;
const dataAddress = base + BigInt(headerSize);

/** `body`, which is `dataSize` bytes of data and then code, in the smallest ELF file: one header, one segment. */
function program(machine: Machine, body: Buffer): Uint8Array {
  const header = Buffer.alloc(headerSize);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // executable
  header.writeUInt16LE(elfMachines[machine], 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(dataAddress + BigInt(dataSize), 24); // entry
  header.writeBigUInt64LE(64n, 32); // program headers
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // a segment to load
  header.writeUInt32LE(5, 68); // readable, executable
  header.writeBigUInt64LE(base, 80);
  header.writeBigUInt64LE(base, 88);
  header.writeBigUInt64LE(BigInt(headerSize + body.length), 96);
  header.writeBigUInt64LE(BigInt(headerSize + body.length), 104);
  header.writeBigUInt64LE(0x10000n, 112); // arm64 kernels may have pages of 64 KiB
  return Buffer.concat([header, body]);
}
