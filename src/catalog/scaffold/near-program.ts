/** What a package, its image or its source may have in their names behind that of their program. */
const endings = /-(server|daemon|light|full|minimal|core|common|utils|tools|bin|cli|client|standalone|nox)$/;

/**
 * How well a program's or unit's name fits `names`, the best last: 0 for not at all. A name counts as it is, without an ending
 * such as `-server` or a version, with a `d` after it, and less by each of its parts.
 */
export function nearness(candidate: string, names: readonly string[]): number {
  const scores = names.flatMap((name) => {
    const bare = name.replace(endings, "");
    const forms = [name, bare, name.replace(/-?\d[\d.]*$/, ""), bare.replace(/-?\d[\d.]*$/, "")];
    return [
      ...forms.map((form) => (form === candidate ? 10 : 0)),
      ...forms.map((form) => (`${form}d` === candidate ? 8 : 0)),
      ...name.split("-").map((part) => (part === candidate ? 6 : part !== "" && `${part}d` === candidate ? 5 : 0)),
      ...forms.map((form) => (form.length > 2 && candidate.startsWith(form) ? 2 : 0)),
    ];
  });
  return Math.max(0, ...scores);
}
