import { CodedError } from "../error.ts";

/** What can go wrong when reading definitions and locks. */
export type DefinitionErrorCode = "DEFINITION_INVALID" | "DEFINITION_TEMPLATE_INVALID" | "LOCK_INVALID";

/** A definition, template or lock that is not what the format allows. */
export class DefinitionError extends CodedError<DefinitionErrorCode> {}
