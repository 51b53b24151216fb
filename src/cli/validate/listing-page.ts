// SPDX-License-Identifier: Apache-2.0
import { parseXml, type XmlElement } from '../../wire/codec/xml-document.js';

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** ISO 8601, as listed. */
  readonly lastModified: string;
}

/** A page of ListObjectsV2. */
export interface ListingPage {
  readonly objects: readonly ListedObject[];
  readonly isTruncated: boolean;
  readonly nextToken: string | undefined;
}

/** Throws UnreadableValueError for what is no XML. */
export function readListingPage(bytes: Uint8Array): ListingPage {
  return readPlainPage(bytes) ?? readAnyPage(bytes);
}

/** Any document that an XML reader takes. */
export function readAnyPage(bytes: Uint8Array): ListingPage {
  const page = parseXml(bytes);
  return {
    objects: page.children.filter(({ name }) => name === 'Contents').map(toListed),
    isTruncated: childText(page, 'IsTruncated') === 'true',
    nextToken: childText(page, 'NextContinuationToken'),
  };
}

function toListed(entry: XmlElement): ListedObject {
  return toObject((name) => childText(entry, name));
}

function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function toObject(textOf: (name: string) => string | undefined): ListedObject {
  return {
    key: textOf('Key') ?? '',
    sizeBytes: Number(textOf('Size') ?? 0),
    etag: textOf('ETag') ?? '',
    lastModified: textOf('LastModified') ?? '',
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const start = /^(?:<\?xml [^<>]*\?>)?\s*<ListBucketResult(?: xmlns="[^"<>&]*")?>/;
const field = /\s*<([A-Za-z]+)(?:>([^<]*)<\/\1>|\/>)/y;
const objectStart = /\s*<Contents>/y;
const objectEnd = /\s*<\/Contents>/y;
const end = /\s*<\/ListBucketResult>\s*$/y;
/** What makes a document one for the other reader: line ends to normalize, and what XML forbids. */
const unusual = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/;

/**
 * The form in which every S3 writes a page: one element an object, nothing but texts in it. Read without building the
 * document: undefined for every page that is not so, and nothing is guessed.
 */
export function readPlainPage(bytes: Uint8Array): ListingPage | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return undefined;
  }
  const head = start.exec(text);
  return head === null || unusual.test(text) ? undefined : new PlainPage(text, head[0].length).read();
}

class PlainPage {
  readonly #text: string;
  #at: number;
  readonly #objects: ListedObject[] = [];
  #isPlain = true;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  read(): ListingPage | undefined {
    const facts = new Map<string, string>();
    while (this.#isPlain && !this.#skips(end))
      if (this.#skips(objectStart)) this.#readObject();
      else this.#readField(facts);
    if (!this.#isPlain) return undefined;
    return {
      objects: this.#objects,
      isTruncated: facts.get('IsTruncated') === 'true',
      nextToken: facts.get('NextContinuationToken'),
    };
  }

  #readObject(): void {
    const texts = new Map<string, string>();
    while (this.#isPlain && !this.#skips(objectEnd)) this.#readField(texts);
    this.#objects.push(toObject((name) => texts.get(name)));
  }

  /** The first of several elements of a name counts, as in the other reader. */
  #readField(into: Map<string, string>): void {
    field.lastIndex = this.#at;
    const [whole, name = '', raw = ''] = field.exec(this.#text) ?? [];
    const value = decoded(raw);
    if (whole === undefined || value === undefined) {
      this.#isPlain = false;
      return;
    }
    this.#at += whole.length;
    if (!into.has(name)) into.set(name, value);
  }

  #skips(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}

const references: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Undefined where a reference is none of the five named ones. */
function decoded(text: string): string | undefined {
  if (!text.includes('&')) return text;
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return undefined;
  return text.replace(/&[a-z]+;/g, (reference) => references[reference] ?? reference);
}
