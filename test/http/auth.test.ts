import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChallenge, parseChallenges } from "../../src/http/auth.ts";

describe("parseChallenge", () => {
  it.each([
    [
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
      {
        scheme: "bearer",
        parameters: {
          realm: "https://auth.example/token",
          service: "registry.example",
          scope: "repository:a/b:pull,push",
        },
      },
    ],
    [
      'Basic realm="a \\"quoted\\" realm", charset=UTF-8',
      { scheme: "basic", parameters: { realm: 'a "quoted" realm', charset: "UTF-8" } },
    ],
    ["Basic", { scheme: "basic", parameters: {} }],
    ["BEARER Realm = x", { scheme: "bearer", parameters: { realm: "x" } }],
    ["", null],
    ['realm="x"', null],
  ])("reads %s", (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge);
  });

  it("reads several challenges in one header (RFC 9110 §11.6.1)", () => {
    expect(
      parseChallenges(
        'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple", Negotiate abc==',
      ),
    ).toEqual([
      { scheme: "newauth", parameters: { realm: "apps", type: "1", title: 'Login to "apps"' } },
      { scheme: "basic", parameters: { realm: "simple" } },
      { scheme: "negotiate", parameters: {} },
    ]);
  });

  it("gives back any realm that was quoted", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,40}$/), (realm) => {
        const quoted = realm.replace(/(["\\])/g, "\\$1");
        expect(parseChallenge(`Bearer realm="${quoted}",service=s`)?.parameters).toEqual({ realm, service: "s" });
      }),
    );
  });

  it("comes to an end soon on long headers", () => {
    for (const part of ["a ", "a=", 'a="', "a,", " ", "\\", 'a="\\"']) parseChallenges(part.repeat(100_000));
  });

  it("comes to an end on any text", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 500, unit: fc.constantFrom(...'aB=", \\\t/é') }),
        (text) => void parseChallenges(text),
      ),
    );
  });
});
