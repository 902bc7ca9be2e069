import { CodedError } from "../error.ts";

/** What can go wrong in the cache. */
export type CacheErrorCode = "CACHE_CORRUPT" | "CACHE_MISMATCH" | "CACHE_UNWRITABLE";

/** The cache holds something else than it should, was given something else than was announced, or cannot be written. */
export class CacheError extends CodedError<CacheErrorCode> {}
