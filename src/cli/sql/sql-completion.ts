// SPDX-License-Identifier: Apache-2.0

const keywords =
  'SELECT FROM WHERE GROUP BY ORDER LIMIT HAVING DISTINCT COUNT SUM MIN MAX AVG AND OR NOT IN LIKE BETWEEN IS NULL AS DESC ASC WITH UNION JOIN LEFT ON CASE WHEN THEN ELSE END CAST UNNEST json_extract_scalar from_iso8601_timestamp date_add now'.split(
    ' ',
  );

/** Columns of Athena's CloudTrail table. Source: Athena User Guide, "Query AWS CloudTrail logs". */
const columns =
  'eventversion useridentity eventtime eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestparameters responseelements additionaleventdata requestid eventid resources eventtype apiversion readonly recipientaccountid serviceeventdetails sharedeventid vpcendpointid tlsdetails'.split(
    ' ',
  );

/** Of the prompt. */
const commands = ['\\d', '\\dt', '\\x', '\\o', '\\g', '\\f', '\\timing', '\\?', '\\q'];

/** Words that may be meant: keywords, functions, tables, columns, commands, and what results have shown since. */
export class Completion {
  readonly #words: Set<string>;

  constructor(table: string) {
    this.#words = new Set([...keywords, ...columns, ...commands, table]);
  }

  add(names: readonly string[]): void {
    for (const name of names) if (/^\w+$/.test(name)) this.#words.add(name);
  }

  complete(line: string): [hits: string[], word: string] {
    const word = /[\w\\]*$/.exec(line)?.[0] ?? '';
    const hits = [...this.#words].filter((each) => each.toLowerCase().startsWith(word.toLowerCase()));
    return [word === '' ? [] : hits, word];
  }
}
