/** An element of the graph as it is written. */
export type Element = Readonly<Record<string, unknown>>;

/** Makes an element whose identifier ends in `id`. */
export type MakeElement = (id: string, content: Element) => Element;
