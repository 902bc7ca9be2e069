/** The style sheet of the pages: one accent, tabular figures, light and dark, nothing loaded from elsewhere. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --ink: #141a22; --soft: #56606e; --line: #dfe3e8; --track: #eceff3;
  --before: #a9b2be; --after: #0b7a6f; --good: #0a6b61; --bad: #b3261e; --code: #f0f2f5;
  --critical: #8f1d16; --high: #cf4a21; --medium: #dd9a1c; --low: #6d8fb8; --negligible: #a3adba; --unspecified: #c3cad3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1217; --card: #161b22; --ink: #e6eaef; --soft: #98a3b1; --line: #2a323c; --track: #222932;
    --before: #5c6775; --after: #2fb8a6; --good: #4fd0bf; --bad: #ff8a80; --code: #1d242d;
    --critical: #e5484d; --high: #f0763e; --medium: #e8b339; --low: #7fa6d6; --negligible: #66717f; --unspecified: #4b5563;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 1120px; margin: 0 auto; padding: 28px 24px 48px; }
code, pre { font: 0.92em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 4px 0 10px; font-weight: 680; text-wrap: balance; }
h2 { font-size: 15px; margin: 0 0 10px; font-weight: 650; }
p { margin: 0 0 8px; }
.eyebrow { color: var(--soft); font-size: 13px; margin: 0; }
.swap { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: baseline; margin: 0 0 4px; }
.swap code { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: 2px 8px; }
.swap .to { border-color: var(--after); }
.note { color: var(--soft); font-size: 13px; margin: 0; }
.note + .note { margin-top: 2px; }
.measures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; margin: 18px 0 16px; }
.pair { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 8fr); gap: 16px; align-items: stretch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; min-width: 0; }
.measure .share { font-size: 38px; line-height: 1.1; font-weight: 680; letter-spacing: -0.02em; color: var(--good); white-space: nowrap; }
.measure .share.worse { color: var(--bad); }
.measure .share.same { color: var(--soft); }
.measure h2 { margin-bottom: 2px; color: var(--soft); font-weight: 550; }
.measure .values { margin: 2px 0 10px; font-size: 16px; }
.measure .values b { font-weight: 650; }
.bars { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 5px 10px; align-items: center; font-size: 12.5px; color: var(--soft); line-height: 16px; margin-bottom: 10px; }
.bars svg { display: block; width: 100%; height: 16px; border-radius: 3px; }
.legend { display: flex; flex-wrap: wrap; gap: 1px 12px; font-size: 12.5px; color: var(--soft); margin: 3px 0 0; }
.legend span { white-space: nowrap; }
.legend i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; margin-right: 5px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead td { border-top: 0; }
thead th { border-top: 0; color: var(--soft); font-weight: 550; font-size: 13px; }
tbody th { font-weight: 550; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
.facts th, .facts td { padding-top: 5px; padding-bottom: 5px; font-size: 14px; }
.diff { margin: 0 0 8px; padding: 8px 12px; background: var(--code); border-radius: 8px; overflow-x: auto; white-space: pre; }
.diff del, .diff ins { text-decoration: none; display: block; }
.diff span { color: var(--soft); margin-right: 10px; }
.diff del { color: var(--bad); } .diff ins { color: var(--good); }
ul.plain { margin: 0; padding: 0 0 0 18px; } ul.plain li { margin: 0 0 4px; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: 10px; }
summary { cursor: pointer; padding: 11px 18px; font-weight: 600; }
summary .count { color: var(--soft); font-weight: 450; margin-left: 6px; }
details td:first-child { white-space: nowrap; }
details > div { padding: 0 18px 14px; overflow-x: auto; }
.severity { white-space: nowrap; } .severity i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; margin-right: 6px; }
section.appendix { margin-top: 24px; }
footer { color: var(--soft); font-size: 13px; margin-top: 24px; }
a { color: inherit; } :focus-visible { outline: 2px solid var(--after); outline-offset: 2px; }
@media (max-width: 820px) { .measures, .pair { grid-template-columns: minmax(0, 1fr); } }
@media print { body { background: #fff; } .card, details { break-inside: avoid; } }
`;
