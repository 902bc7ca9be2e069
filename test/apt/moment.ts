/** The time of tests, in milliseconds since 1970: five days after the default date of archives made in tests. */
export const testNow = Date.parse("2026-01-15T00:00:00Z");
