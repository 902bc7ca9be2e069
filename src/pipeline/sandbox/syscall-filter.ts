import type { Machine } from "./start-program.ts";

/** Numbers of the calls that make user namespaces, under one way of making system calls (asm/unistd.h). */
interface CallNumbers {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly architecture: number;
  readonly clone: number;
  readonly unshare: number;
}

/** What a kernel of each machine executes: its own programs and those of 32 bits. */
const machines: Readonly<Record<Machine, readonly CallNumbers[]>> = {
  amd64: [
    { architecture: 0xc000003e, clone: 56, unshare: 272 },
    { architecture: 0x40000003, clone: 120, unshare: 310 },
  ],
  arm64: [
    { architecture: 0xc00000b7, clone: 220, unshare: 97 },
    { architecture: 0x40000028, clone: 120, unshare: 337 },
  ],
};

const clone3 = 435;
const newUser = 0x10000000;
/** Numbers from here on are calls of x32, which have other numbers than those above. */
const otherNumbers = 0x40000000;

const offsets = { number: 0, architecture: 4, firstArgument: 16 };
const allow = 0x7fff0000;
const fail = (errno: number) => 0x00050000 + errno;
const [notPermitted, noSuchCall] = [fail(1), fail(38)];

/**
 * A seccomp filter for `bwrap --seccomp`: whoever is in the sandbox makes no user namespace. As root of one it could mount
 * the host's control groups, and lift its own limits. clone3, whose flags a filter cannot see, is a call that does not
 * exist: C libraries then use clone.
 */
export function syscallFilter(machine: Machine): Uint8Array {
  const blocks = machines[machine].flatMap((numbers) => {
    const block = judge(numbers);
    return [jumpIf("equal", numbers.architecture, 0, block.length), ...block];
  });
  return Buffer.concat([load(offsets.architecture), ...blocks, answer(noSuchCall)]);
}

function judge({ clone, unshare }: CallNumbers): readonly Buffer[] {
  return [
    load(offsets.number),
    jumpIf("atLeast", otherNumbers, 6),
    jumpIf("equal", clone3, 5),
    jumpIf("equal", unshare, 2),
    jumpIf("equal", clone, 1),
    answer(allow),
    load(offsets.firstArgument),
    jumpIf("hasBits", newUser, 1, 2),
    answer(noSuchCall),
    answer(notPermitted),
    answer(allow),
  ];
}

/** Loads a word of seccomp_data, of an argument its lower half. */
function load(offset: number): Buffer {
  return instruction(0x20, { k: offset });
}

const comparisons = { equal: 0x15, atLeast: 0x35, hasBits: 0x45 } as const;

/** Skips `then` instructions where the loaded word compares so with `k`, else `otherwise`. */
function jumpIf(comparison: keyof typeof comparisons, k: number, then: number, otherwise = 0): Buffer {
  return instruction(comparisons[comparison], { k, then, otherwise });
}

function answer(value: number): Buffer {
  return instruction(0x06, { k: value });
}

/** struct sock_filter of linux/filter.h. */
function instruction(
  code: number,
  { k, then = 0, otherwise = 0 }: { readonly k: number; readonly then?: number; readonly otherwise?: number },
): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(then, 2);
  bytes.writeUInt8(otherwise, 3);
  bytes.writeUInt32LE(k, 4);
  return bytes;
}
