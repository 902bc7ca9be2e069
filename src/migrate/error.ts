import { CodedError } from "../error.ts";

/** What keeps a migration from being looked at. That a swap is not right is no error but a refusal. */
export type MigrateErrorCode = "MIGRATE_TARGET_UNKNOWN" | "MIGRATE_NO_STAGE";

/** A Dockerfile in which there is nothing to migrate, or no such stage. */
export class MigrateError extends CodedError<MigrateErrorCode> {}
