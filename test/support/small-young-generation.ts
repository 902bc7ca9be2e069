import { keepYoungGenerationSmall } from "../../src/cli/young-generation.ts";

// Loaded before a program whose memory is measured, so that it has what the command line gives itself.
keepYoungGenerationSmall();
