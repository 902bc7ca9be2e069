const numbers: Readonly<Record<string, number>> = {
  ...{
    HUP: 1,
    INT: 2,
    QUIT: 3,
    ILL: 4,
    TRAP: 5,
    ABRT: 6,
    IOT: 6,
    BUS: 7,
    FPE: 8,
    KILL: 9,
    USR1: 10,
    SEGV: 11,
    USR2: 12,
  },
  ...{ PIPE: 13, ALRM: 14, TERM: 15, STKFLT: 16, CHLD: 17, CLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22 },
  ...{ URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, IO: 29, POLL: 29, PWR: 30, SYS: 31 },
};

/** The number of a signal of Linux by name, with or without SIG, or by number; that of SIGTERM where it is unknown. */
export function signalNumber(signal: string): number {
  if (/^\d{1,2}$/.test(signal)) return Number(signal);
  const name = signal.toUpperCase().replace(/^SIG/, "");
  const [, end, sign, offset = "0"] = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? [];
  if (end !== undefined) return (end === "MIN" ? 34 : 64) + (sign === "-" ? -1 : 1) * Number(offset);
  return numbers[name] ?? 15;
}
