import { baseAddress, elfPlaces, elfProgram } from "./elf-program.ts";

const start = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
const end = Buffer.from("f932433186182072008242104116d8f2", "hex");

/** Module lines as Go's linker frames them. */
export function framedModules(lines: string): Buffer {
  return Buffer.concat([start, Buffer.from(lines), end]);
}

/** Build information as Go's linker writes it since 1.18: a header of 32 bytes, and two texts after their lengths. */
export function buildInfo(version: string, lines: string): Buffer {
  const header = Buffer.alloc(32);
  header.write("\xff Go buildinf:", "latin1");
  header[14] = 8;
  header[15] = 2;
  return Buffer.concat([
    header,
    withLength(Buffer.from(version)),
    withLength(lines === "" ? Buffer.alloc(0) : framedModules(lines)),
  ]);
}

/** What an old program is like. */
export interface OldProgramOptions {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  /** Whether its data has what is pointed to before the build information, as other linkers than Go's put it. */
  readonly before?: boolean;
  /** Text among its constants besides its own. */
  readonly constants?: string;
  readonly note?: string;
}

/** A program as Go before 1.18 built it: its texts stand among its constants, and its build information points to them. */
export function oldGoProgram(version: string, lines: string, options: OldProgramOptions = {}): Buffer {
  const { bits = 64, littleEndian = true, before = false, constants = "", note = "Go" } = options;
  const modules = lines === "" ? Buffer.alloc(0) : framedModules(lines);
  const notes = Buffer.from(`\x04\0\0\0\x53\0\0\0\x04\0\0\0${note.padEnd(4, "\0")}id`, "latin1");
  const texts = Buffer.concat([Buffer.from(`${constants}hangupkilled${version}listensocket`), modules]);
  const data = Buffer.alloc(9000);
  const parts = {
    ...{ bits, littleEndian },
    loaded: [{ content: notes, note: true }, { content: texts }, { content: data, writable: true }],
  };
  const [, textsAt = 0, dataAt = 0] = elfPlaces(parts);
  const [infoAt, headersAt] = before ? [8000, 0] : [0, 8000];
  const size = bits / 8;
  const word = (at: number, value: number) => {
    if (bits === 32) data[littleEndian ? "writeUInt32LE" : "writeUInt32BE"](value, at);
    else data[littleEndian ? "writeBigUInt64LE" : "writeBigUInt64BE"](BigInt(value), at);
  };
  data.write("\xff Go buildinf:", infoAt, "latin1");
  data[infoAt + 14] = size;
  data[infoAt + 15] = littleEndian ? 0 : 1;
  word(infoAt + 16, baseAddress + dataAt + headersAt);
  word(infoAt + 16 + size, baseAddress + dataAt + headersAt + 2 * size);
  word(headersAt, baseAddress + textsAt + texts.indexOf(version, constants.length));
  word(headersAt + size, version.length);
  word(headersAt + 2 * size, baseAddress + textsAt + texts.length - modules.length);
  word(headersAt + 3 * size, modules.length);
  return elfProgram(parts);
}

/** Module lines of a small program. */
export const moduleLines = [
  "path\texample.org/tool/cmd/tool",
  "mod\texample.org/tool\t(devel)\t",
  "dep\tgithub.com/Azure/go-ansiterm\tv0.0.0-20230124172434-306776ec8161\th1:L/gRVlceqvL25UVaW/CKtUDjefjrs0SPonmDGUVOYP0=",
  "dep\tgolang.org/x/sys\tv0.20.0",
  "=>\tgolang.org/x/sys\tv0.21.0\th1:rF+pYz3DAGSQAxAu1CbC7catZg4ebC4UIeIhKxBZvws=",
  "dep\texample.org/near\tv1.0.0",
  "=>\t../near\t(devel)\t",
  "build\t-compiler=gc",
  "build\t-ldflags=\"-s -w -X main.version=1.4.2 -X 'example.org/tool/info.Version=1.4.2-rc1'\"",
  "build\tGOARCH=arm64",
  "build\tvcs=git",
  "build\tvcs.revision=0123456789abcdef0123456789abcdef01234567",
  "build\tvcs.modified=true",
  "",
].join("\n");

function withLength(text: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = text.length; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.concat([Buffer.from([...length, rest]), text]);
    length.push((rest & 0x7f) | 0x80);
  }
}
