import { describe, expect, it } from "vitest";
import { csaf, csafProduct, hex, read } from "./documents.ts";

const tree = {
  branches: [
    {
      category: "vendor",
      name: "Example",
      branches: [csafProduct("A", "pkg:deb/debian/a@1"), csafProduct("B", "pkg:deb/debian/b@1")],
    },
  ],
};
const status = (more: Readonly<Record<string, unknown>>) => ({ cve: "CVE-2026-0001", ...more });

function statementsOf(vulnerability: unknown, productTree: unknown = tree) {
  return read(csaf(productTree, [vulnerability])).statements;
}

describe("a CSAF document", () => {
  it("has its publisher as author, its tracking id and its current release date", () => {
    expect(read(csaf(tree, []))).toMatchObject({
      format: "CSAF 2.0",
      id: "EX-2026-1",
      author: "Example PSIRT",
      timestamp: "2026-02-01T11:00:00.000Z",
    });
  });
});

describe("a product status of CSAF", () => {
  it.each([
    ["known_not_affected", "not_affected"],
    ["fixed", "fixed"],
    ["first_fixed", "fixed"],
    ["known_affected", "affected"],
    ["first_affected", "affected"],
    ["last_affected", "affected"],
    ["under_investigation", "under_investigation"],
  ])("%s is %s", (list, expected) => {
    const [statement, ...more] = statementsOf(status({ product_status: { [list]: ["A", "B"] } }));
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ status: expected, vulnerability: { id: "CVE-2026-0001", aliases: [] } });
    expect(statement?.products.map(({ identifiers }) => identifiers)).toEqual([
      ["pkg:deb/debian/a@1"],
      ["pkg:deb/debian/b@1"],
    ]);
  });

  it("recommended says nothing of the vulnerability", () => {
    expect(statementsOf(status({ product_status: { recommended: ["A"] } }))).toEqual([]);
  });

  it("may be of an advisory without CVE", () => {
    const ids = [{ system_name: "GitHub", text: "GHSA-2r2c-cx56-8933" }];
    const [statement] = statementsOf({ ids, product_status: { fixed: ["A"] } });
    expect(statement?.vulnerability).toEqual({ id: "GHSA-2r2c-cx56-8933", aliases: [] });
    const [both] = statementsOf({ cve: "CVE-2026-0001", ids, product_status: { fixed: ["A"] } });
    expect(both?.vulnerability).toEqual({ id: "CVE-2026-0001", aliases: ["GHSA-2r2c-cx56-8933"] });
  });
});

describe("reasons in CSAF", () => {
  const product_status = { known_not_affected: ["A", "B"] };
  it("are flags and threats of the products they name; products with the same reasons are one statement", () => {
    const statements = statementsOf(
      status({
        product_status,
        flags: [{ label: "component_not_present", product_ids: ["A"] }],
        threats: [
          { category: "impact", details: "removed", product_ids: ["B"] },
          { category: "exploit_status", details: "none known", product_ids: ["A"] },
        ],
      }),
    );
    expect(
      statements.map(({ justification, statement, unexplained, products }) => [
        justification,
        statement,
        unexplained,
        products.flatMap(({ identifiers }) => identifiers),
      ]),
    ).toEqual([
      ["component_not_present", null, false, ["pkg:deb/debian/a@1"]],
      [null, "removed", false, ["pkg:deb/debian/b@1"]],
    ]);
  });

  it("are of all products where they name none, and of the products of their groups", () => {
    const groups = { ...tree, product_groups: [{ group_id: "G", product_ids: ["A", "B"] }] };
    const statements = statementsOf(
      status({
        product_status,
        flags: [{ label: "vulnerable_code_not_present", group_ids: ["G"] }],
        threats: [{ category: "impact", details: "removed" }],
      }),
      groups,
    );
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ justification: "vulnerable_code_not_present", statement: "removed" });
  });

  it("are missing where there are none, and the document says so", () => {
    const document = read(csaf(tree, [status({ product_status })]));
    expect(document.statements[0]?.unexplained).toBe(true);
    expect(document.problems).toHaveLength(1);
  });
});

describe("products of CSAF", () => {
  const relationship = (category: string, id = "R", component = "A", product = "B") => ({
    category,
    product_reference: component,
    relates_to_product_reference: product,
    full_product_name: { product_id: id, name: id },
  });
  const productsOf = (productTree: unknown, id = "R") =>
    statementsOf(status({ product_status: { fixed: [id] } }), productTree)[0]?.products;

  it.each(["default_component_of", "optional_component_of", "external_component_of", "installed_on", "installed_with"])(
    "in the relationship %s are one within the other",
    (category) => {
      expect(productsOf({ ...tree, relationships: [relationship(category)] })).toEqual([
        { identifiers: ["pkg:deb/debian/b@1"], subcomponents: [{ identifiers: ["pkg:deb/debian/a@1"] }] },
      ]);
    },
  );

  it("may be full product names, with a digest, or with several package URLs as CSAF 2.1 has them", () => {
    const full_product_names = [
      {
        product_id: "R",
        name: "R",
        product_identification_helper: {
          purls: ["pkg:npm/a@1", "pkg:npm/a@2"],
          hashes: [{ filename: "app", file_hashes: [{ algorithm: "sha256", value: hex("a") }] }],
        },
      },
    ];
    expect(productsOf({ full_product_names })).toEqual([
      { identifiers: ["pkg:npm/a@1", "pkg:npm/a@2", hex("a")], subcomponents: [] },
    ]);
  });

  it("in a relationship to one that cannot be compared match nothing", () => {
    const branches = [csafProduct("A", "pkg:rpm/redhat/a@1"), csafProduct("B", null)];
    expect(productsOf({ branches, relationships: [relationship("default_component_of")] })).toEqual([
      { identifiers: [], subcomponents: [{ identifiers: ["pkg:rpm/redhat/a@1"] }] },
    ]);
  });

  it("in relationships of relationships are the outermost and the innermost", () => {
    const branches = ["A", "B", "C"].map((id) => csafProduct(id, `pkg:npm/${id.toLowerCase()}@1`));
    const relationships = [relationship("default_component_of", "R1"), relationship("installed_on", "R2", "R1", "C")];
    expect(productsOf({ branches, relationships }, "R2")).toEqual([
      { identifiers: ["pkg:npm/c@1"], subcomponents: [{ identifiers: ["pkg:npm/a@1"] }] },
    ]);
  });

  it("in a relationship with itself are refused", () => {
    const relationships = [relationship("installed_on", "R", "R", "B")];
    expect(() => productsOf({ ...tree, relationships })).toThrow(/is a product that the product tree does not have/);
  });

  it("are not counted for ever through groups", () => {
    const ids = Array.from({ length: 2000 }, () => "A");
    const product_groups = [{ group_id: "G", product_ids: ids }];
    const flags = Array.from({ length: 3000 }, () => ({ label: "x", group_ids: ["G"] }));
    expect(() => statementsOf(status({ product_status: {}, flags }), { ...tree, product_groups })).toThrow(
      /groups name more than 5000000 products/,
    );
  });
});
