import { CodedError } from "../error.ts";

/** What can go wrong when an ELF file is read. */
export type ElfErrorCode = "ELF_INVALID";

/** Bytes that are no ELF file of a kind Hardpan handles. */
export class ElfError extends CodedError<ElfErrorCode> {}
