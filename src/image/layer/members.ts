import { type Compression, packBytes } from "./compression.ts";

/** Compresses a tar stream in members while more of it is still being read. */
export interface MemberPacker {
  /** Takes the next bytes; waits while enough are being compressed. The bytes must not change afterwards. */
  add(piece: Uint8Array): Promise<void>;
  /** The members, in order; nothing may be added after. */
  finish(): Promise<readonly Uint8Array[]>;
  /** Bytes taken so far. */
  unpackedSize(): number;
}

const memberSize = 1 << 20;
const membersAtOnce = 8;

/**
 * A packer whose members hold at most 1 MiB each, so that one large file is compressed on all cores. Where the members
 * end depends on the content alone, and so do their bytes.
 */
export function createMemberPacker(compression: Compression): MemberPacker {
  const members: Promise<Uint8Array>[] = [];
  let pending: Uint8Array[] = [];
  let pendingSize = 0;
  let total = 0;
  const flush = () => {
    if (pendingSize === 0) return;
    const member = packBytes(Buffer.concat(pending, pendingSize), compression);
    member.catch(() => {}); // It fails where it is awaited.
    members.push(member);
    pending = [];
    pendingSize = 0;
  };
  return {
    async add(piece) {
      total += piece.length;
      for (let offset = 0; offset < piece.length; ) {
        const taken = Math.min(memberSize - pendingSize, piece.length - offset);
        pending.push(piece.subarray(offset, offset + taken));
        pendingSize += taken;
        offset += taken;
        if (pendingSize < memberSize) continue;
        flush();
        await members.at(-membersAtOnce);
      }
    },
    async finish() {
      flush();
      return await Promise.all(members);
    },
    unpackedSize: () => total,
  };
}

/** `pieces` as members. */
export async function packMembers(
  pieces: readonly Uint8Array[],
  compression: Compression,
): Promise<readonly Uint8Array[]> {
  const packer = createMemberPacker(compression);
  for (const piece of pieces) await packer.add(piece);
  return await packer.finish();
}
