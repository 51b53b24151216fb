// SPDX-License-Identifier: Apache-2.0

/** The fields of a line between delimiters of any length; an escape takes the next character as it is. */
export function splitDelimited(line: string, delimiter: string, escaping: string | undefined): string[] {
  if (escaping === undefined || !line.includes(escaping)) return line.split(delimiter);
  const fields: string[] = [];
  let field = '';
  for (let at = 0; at < line.length; ) {
    if (line.startsWith(escaping, at) && at + escaping.length < line.length) {
      field += line[at + escaping.length] as string;
      at += escaping.length + 1;
    } else if (line.startsWith(delimiter, at)) {
      fields.push(field);
      field = '';
      at += delimiter.length;
    } else {
      field += line[at] as string;
      at += 1;
    }
  }
  fields.push(field);
  return fields;
}

/** The fields of a line of CSV: quotes doubled or escaped inside of quotes. Line ends do not belong to values, as in Athena. */
export function splitCsv(
  line: string,
  {
    separator,
    quote,
    escape: escaping,
  }: { readonly separator: string; readonly quote: string; readonly escape: string },
): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const mark = line[at] as string;
    const next = line[at + 1];
    if (isQuoted && mark === escaping && escaping !== quote && (next === quote || next === escaping)) {
      field += next;
      at += 1;
    } else if (mark === quote) {
      if (isQuoted && next === quote) {
        field += quote;
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (mark === separator && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += mark;
  }
  fields.push(field);
  return fields;
}
