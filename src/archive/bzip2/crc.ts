/** CRC-32 by byte, highest bit first, of the polynomial 0x04c11db7: bzip2's order, which zlib's `crc32` does not have. */
export const crcTable: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});
