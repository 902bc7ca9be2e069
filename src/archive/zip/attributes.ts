const unixHosts = new Set([3, 19]);

/** Type and permission bits of a central directory header made on a Unix (APPNOTE 4.4.2, 4.4.15); null for any other. */
export function externalMode(header: Buffer): number | null {
  const mode = header.readUInt16LE(40);
  return unixHosts.has(header[5] ?? 0) && mode !== 0 ? mode : null;
}

/**
 * When the file was last changed, in seconds since 1970: from the extended timestamp where there is one, else from the
 * header's local time (APPNOTE 4.4.6) read as UTC, so that no time zone of this machine has a say.
 */
export function modifiedAt(header: Buffer, timestamp: Buffer | null): number {
  if (timestamp !== null && timestamp.length >= 5 && ((timestamp[0] ?? 0) & 1) === 1) return timestamp.readInt32LE(1);
  const [time, date] = [header.readUInt16LE(12), header.readUInt16LE(14)];
  const [month, day] = [Math.max((date >> 5) & 15, 1), Math.max(date & 31, 1)];
  const midnight = Date.UTC(1980 + (date >> 9), month - 1, day) / 1000;
  return midnight + 3600 * (time >> 11) + 60 * ((time >> 5) & 63) + 2 * (time & 31);
}
