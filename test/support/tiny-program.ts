/** A static Linux program for amd64 that writes `text` to its standard output and ends with `status`. */
export function printingProgram(text: string, status: number): Uint8Array {
  const bytes = Buffer.from(text);
  const code = Buffer.from([
    ...[0xb8, ...int32(1)], // mov eax, 1 (write)
    ...[0xbf, ...int32(1)], // mov edi, 1
    ...[0x48, 0x8d, 0x35, ...int32(19)], // lea rsi, [rip + 19]: behind the code
    ...[0xba, ...int32(bytes.length)], // mov edx, length
    ...[0x0f, 0x05], // syscall
    ...[0xb8, ...int32(60)], // mov eax, 60 (exit)
    ...[0xbf, ...int32(status)], // mov edi, status
    ...[0x0f, 0x05], // syscall
  ]);
  return elf(Buffer.concat([code, bytes]));
}

/** A static Linux program for amd64 that waits for ever and, as process 1 of a container, minds no SIGTERM. */
export function waitingProgram(): Uint8Array {
  // mov eax, 34 (pause); syscall; jmp to the start
  return elf(Buffer.from([0xb8, ...int32(34), 0x0f, 0x05, 0xeb, 0xf7]));
}

/** `code` in the smallest ELF file: one header, one segment, entry at the first byte of the code. */
function elf(code: Uint8Array): Uint8Array {
  const base = 0x400000n;
  const header = Buffer.alloc(120);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // executable
  header.writeUInt16LE(62, 18); // x86-64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(base + 120n, 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // a segment to load
  header.writeUInt32LE(5, 68); // readable, executable
  header.writeBigUInt64LE(base, 80);
  header.writeBigUInt64LE(base, 88);
  header.writeBigUInt64LE(BigInt(120 + code.length), 96);
  header.writeBigUInt64LE(BigInt(120 + code.length), 104);
  header.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([header, code]);
}

function int32(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}
