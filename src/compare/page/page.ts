import { type Html, html, trusted } from "../../vuln/report/page/html.ts";
import { reportStyle } from "../../vuln/report/page/style.ts";

/** A page that needs nothing but itself: no script, nothing loaded, light and dark. */
export function wholePage(title: string, main: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
  return page.markup;
}
