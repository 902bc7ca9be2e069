import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import type { Provider } from "../provider.ts";
import { writeAnnouncement } from "./announcement.ts";

/** The security tracker's own lists `data/DSA/list` and `data/DLA/list`. */
export const debianAdvisoryList: Provider = {
  format: "DSA/DLA list",
  recognises: (sample) => sample.form === "text" && headline.test(firstLine(sample.text)),
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read({ name, ...document }) {
        const origin = writer.origin("debian-advisories", file);
        let current: Headline | null = null;
        let cves: readonly string[] = [];
        for await (const lines of lineBatches(document.bytes(), { file: name })) {
          for (const { text, line } of lines) {
            const place = { file: name, line };
            const content = text.trim();
            if (content === "") continue;
            if (!/^\s/.test(text)) {
              current = parseHeadline(content);
              if (current === null) throw invalidContent(place, `not an announcement: ${content.slice(0, 100)}`);
              cves = [];
              records++;
              writer.record(origin, current.date);
            } else if (current === null) {
              throw invalidContent(place, "a detail before the first announcement");
            } else if (content.startsWith("{")) {
              cves = [...cves, ...content.slice(1).replace("}", "").trim().split(/\s+/)];
            } else if (content.startsWith("[")) {
              const fix = parseFix(content);
              if (fix === null)
                throw invalidContent(place, `not "[release] - source version": ${content.slice(0, 100)}`);
              writeAnnouncement({ ...current, cves, ...fix }, origin, writer);
            } else if (!/^[A-Z-]+(?::|$)/.test(content)) {
              throw invalidContent(place, `not a detail of an announcement: ${content.slice(0, 100)}`);
            }
          }
        }
      },
      finish: () => ({ used: true, records }),
    };
  },
};

interface Headline {
  readonly id: string;
  readonly date: string;
  readonly title: string;
}

const headline = /^\[(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\] (D(?:TS|S|L)A-\d+(?:-\d+)?)\s*(.*)$/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function parseHeadline(text: string): Headline | null {
  const [, day, month, year, id, rest] = headline.exec(text) ?? [];
  const number = months.indexOf(month ?? "") + 1;
  if (day === undefined || year === undefined || id === undefined || number === 0) return null;
  const date = `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
  return { id, date, title: rest?.split(/\s--?\s/).at(-1) ?? "" };
}

function parseFix(text: string): { codename: string; package: string; version: string } | null {
  const [, codename, name, version] = /^\[([a-z]+)\]\s+-\s+(\S+)\s+(\S+)/.exec(text) ?? [];
  if (codename === undefined || name === undefined || version === undefined) return null;
  return { codename, package: name, version };
}

function firstLine(text: string): string {
  return text.trimStart().split("\n")[0] ?? "";
}
