import { keepHeapSmall } from "../../src/cli/small-heap.ts";

// Loaded before a program whose memory is measured, so that it has what the command line gives itself.
keepHeapSmall();
