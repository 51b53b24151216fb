// SPDX-License-Identifier: Apache-2.0

/** Words that say nothing about what somebody looks for. */
const commonWords: ReadonlySet<string> = new Set(
  `a about all an and any are as at been before by can did do does each every find for from get give had has have how i in is it
  its last latest list me most my newest of often on one or out past query quer recent replac show than that the their them these
  they this those time to us was were what when where which while who whom whos will with you your week day month event`.split(
    /\s+/,
  ),
);

/** Words that people use for the same thing, brought to one of them. */
const sameMeaning: Readonly<Record<string, string>> = {
  login: 'sign',
  logon: 'sign',
  signin: 'sign',
  logging: 'trail',
  log: 'trail',
  audit: 'trail',
  delet: 'remov',
  destroy: 'remov',
  terminat: 'remov',
  denied: 'refus',
  unauthoriz: 'refus',
  forbidden: 'refus',
  permission: 'policy',
  multifactor: 'mfa',
  factor: 'mfa',
  ip: 'address',
  addres: 'address',
  vm: 'instanc',
  server: 'instanc',
  machin: 'instanc',
  ec2: 'instanc',
  fail: 'error',
  encrypt: 'kms',
  firewall: 'secur',
  modifi: 'chang',
  modify: 'chang',
  updat: 'chang',
  alter: 'chang',
  made: 'creat',
  make: 'creat',
  launch: 'creat',
  administrator: 'admin',
  adminis: 'admin',
  person: 'user',
  people: 'user',
  principal: 'user',
  caller: 'user',
  applic: 'app',
  credential: 'key',
};

const endings = /(?:ations?|ements?|ings?|ions?|ies|ied|ed|es|s|e|y)$/;

/** The words of a text that mean something, without their endings. */
function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.flatMap((word) => {
    if (commonWords.has(word)) return [];
    const stem = word.length > 4 ? word.replace(endings, '') : word.replace(/s$/, '');
    if (commonWords.has(stem)) return [];
    return [sameMeaning[word] ?? sameMeaning[stem] ?? stem];
  });
}

interface Vector {
  readonly weights: ReadonlyMap<string, number>;
  readonly length: number;
}

/** How well texts answer phrases: the cosine of their terms, rare ones counting more. */
export class Relevance {
  readonly #rarity: ReadonlyMap<string, number>;
  readonly #rarest: number;
  readonly #vectors: readonly Vector[];

  /** @param texts each text's parts, with how much a word of the part counts */
  constructor(texts: readonly (readonly (readonly [part: string, weight: number])[])[]) {
    const terms = texts.map((parts) => {
      const counts = new Map<string, number>();
      for (const [part, weight] of parts)
        for (const term of termsOf(part)) counts.set(term, (counts.get(term) ?? 0) + weight);
      return counts;
    });
    const occurrences = new Map<string, number>();
    for (const counts of terms)
      for (const term of counts.keys()) occurrences.set(term, (occurrences.get(term) ?? 0) + 1);
    this.#rarest = Math.log(1 + texts.length);
    this.#rarity = new Map(
      Array.from(occurrences, ([term, count]) => [term, Math.log(1 + texts.length / count)]),
    );
    this.#vectors = terms.map((counts) =>
      toVector(Array.from(counts, ([term, count]) => [term, Math.sqrt(count) * this.#rarityOf(term)])),
    );
  }

  /** One number a text, 0 (nothing in common) to 1. */
  of(phrase: string): number[] {
    const { weights, length } = toVector(
      Array.from(new Set(termsOf(phrase)), (term) => [term, this.#rarityOf(term)]),
    );
    return this.#vectors.map((text) => {
      let product = 0;
      for (const [term, weight] of weights) product += weight * (text.weights.get(term) ?? 0);
      return product === 0 ? 0 : Math.min(1, product / (length * text.length));
    });
  }

  /** A word that no text has counts against all of them. */
  #rarityOf(term: string): number {
    return this.#rarity.get(term) ?? this.#rarest;
  }
}

function toVector(entries: readonly [string, number][]): Vector {
  const length = Math.sqrt(entries.reduce((sum, [, weight]) => sum + weight * weight, 0));
  return { weights: new Map(entries), length };
}
