/** The package has no types of its own. */
declare module "spdx-expression-parse" {
  /** Parses an SPDX licence expression; throws Error for anything else. */
  function parse(source: string): parse.SpdxExpression;

  namespace parse {
    /** One licence, or two expressions joined. */
    export type SpdxExpression =
      | { readonly license: string; readonly plus?: true; readonly exception?: string }
      | { readonly left: SpdxExpression; readonly conjunction: "and" | "or"; readonly right: SpdxExpression };
  }

  export = parse;
}
