// SPDX-License-Identifier: Apache-2.0

/** `year=2026/month=11`, values escaped as Hive escapes them in paths. */
export function partitionName(keys: readonly string[], values: readonly string[]): string {
  return keys.map((key, at) => `${key}=${escapePath(values[at] ?? '')}`).join('/');
}

/** Characters that Hive does not leave in a path as they are. */
function escapePath(text: string): string {
  return text.replace(
    /[\x00-\x1f"#%'*/:=?\\\x7f{[\]^]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

export function unescapePath(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Values in a path below a table's location, as MSCK REPAIR TABLE looks for them; undefined when it is not one of them. */
export function hiveStyleValues(path: string, keys: readonly string[]): readonly string[] | undefined {
  const parts = path.split('/').slice(0, keys.length);
  if (parts.length < keys.length) return undefined;
  const values: string[] = [];
  for (const [at, part] of parts.entries()) {
    const eq = part.indexOf('=');
    if (eq <= 0 || part.slice(0, eq).toLowerCase() !== keys[at]) return undefined;
    values.push(unescapePath(part.slice(eq + 1)));
  }
  return values;
}
