// SPDX-License-Identifier: Apache-2.0
import { UnreadableValueError } from './unreadable-value.js';

/**
 * The XML that AWS messages are made of: elements, attributes, text, CDATA, comments, and the five named and the
 * numbered character references. Everything else (DOCTYPE with its entities, processing instructions but the
 * declaration, bytes that are not UTF-8) is refused, so there is nothing to expand, to fetch or to include, and
 * reading takes time and memory in proportion to the body, whose size is bounded.
 */
export interface XmlElement {
  /** Without the namespace prefix. */
  readonly name: string;
  /** By their names as written, prefix included (`xsi:type`). */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text, pieces joined. */
  readonly text: string;
}

/** The deepest AWS message has about twelve levels; readers recurse by level. */
const depthMax = 64;

/**
 * The largest message, a CompleteMultipartUpload of 10,000 parts with every checksum, has about 90,000 elements. Elements
 * cost a hundred times their bytes (`<a/>`), and some bodies are read before anybody knows whether their sender may.
 */
const elementsMax = 100_000;

/** Namespaces and `xsi:type` are all that AWS's messages have. */
const attributesMax = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const namePattern = /[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*/y;
const attributePattern =
  /\s+([A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*)\s*=\s*(?:"([^<"]*)"|'([^<']*)')/y;
const tagEndPattern = /\s*(\/?)>/y;
const declarationPattern = /<\?xml\s[^<>]*\?>/y;
const spacePattern = /\s*/y;
const forbiddenCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

interface OpenElement {
  readonly qualifiedName: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** The root element of a document. Throws UnreadableValueError for what is not well-formed or not of the subset. */
export function parseXml(bytes: Uint8Array): XmlElement {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse('the body is not UTF-8');
  }
  if (forbiddenCharacters.test(text)) refuse('a control character');
  return new XmlParser(text.replace(/\r\n?/g, '\n')).parse();
}

class XmlParser {
  #at = 0;
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): XmlElement {
    this.#match(declarationPattern);
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === '<') this.#markup();
      else this.#characters();
    }
    if (this.#root === undefined || this.#open.length > 0) return refuse('the document ends early');
    return this.#root;
  }

  #markup(): void {
    if (this.#text.startsWith('</', this.#at)) this.#endTag();
    else if (this.#text.startsWith('<!--', this.#at)) this.#comment();
    else if (this.#text.startsWith('<![CDATA[', this.#at)) this.#cdata();
    else if (this.#text.startsWith('<!', this.#at) || this.#text.startsWith('<?', this.#at)) {
      refuse('a declaration or processing instruction');
    } else this.#startTag();
  }

  #startTag(): void {
    if (this.#root !== undefined && this.#open.length === 0) refuse('a second root element');
    if (this.#open.length >= depthMax) refuse(`elements nested deeper than ${depthMax}`);
    if (++this.#elements > elementsMax) refuse(`more than ${elementsMax} elements`);
    this.#at += 1;
    const qualifiedName = this.#match(namePattern)?.[0] ?? refuse('a tag without a name');
    const attributes = this.#attributes();
    const end = this.#match(tagEndPattern) ?? refuse('a tag without an end');
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    const element: OpenElement = { qualifiedName, name, attributes, children: [], text: '' };
    if (end[1] === '/') this.#close(element);
    else this.#open.push(element);
  }

  #attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (let match = this.#match(attributePattern); match !== null; match = this.#match(attributePattern)) {
      const name = match[1] as string;
      if (attributes.has(name)) refuse('an attribute twice');
      if (attributes.size === attributesMax) refuse(`more than ${attributesMax} attributes`);
      attributes.set(name, decodeReferences(match[2] ?? match[3] ?? ''));
    }
    return attributes;
  }

  #endTag(): void {
    this.#at += 2;
    const name = this.#match(namePattern)?.[0];
    const element = this.#open.pop();
    const end = this.#match(tagEndPattern);
    if (element === undefined || element.qualifiedName !== name || end === null || end[1] === '/') {
      refuse('an end tag without its start');
    }
    this.#close(element);
  }

  #close(element: OpenElement): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }

  #comment(): void {
    const end = this.#text.indexOf('--', this.#at + 4);
    if (end < 0 || this.#text[end + 2] !== '>') refuse('a comment without an end');
    this.#at = end + 3;
  }

  #cdata(): void {
    const end = this.#text.indexOf(']]>', this.#at + 9);
    const element = this.#open.at(-1);
    if (end < 0) refuse('a CDATA section without an end');
    if (element === undefined) throw notWellFormed('a CDATA section outside of the root element');
    element.text += this.#text.slice(this.#at + 9, end);
    this.#at = end + 3;
  }

  #characters(): void {
    const next = this.#text.indexOf('<', this.#at);
    const end = next < 0 ? this.#text.length : next;
    const element = this.#open.at(-1);
    if (element === undefined) {
      this.#match(spacePattern);
      if (this.#at < end) refuse('text outside of the root element');
      return;
    }
    element.text += decodeReferences(this.#text.slice(this.#at, end));
    this.#at = end;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}

const namedReferences: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,10};)?/g, (_whole, body: string | undefined) => {
    const name = body?.slice(0, -1) ?? refuse('an & that begins no reference');
    return namedReferences.get(name) ?? numberedReference(name);
  });
}

/** Control characters pass here though XML 1.0 forbids them: S3 keys may hold them, and its clients write them so. */
function numberedReference(name: string): string {
  const match = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (match === null) return refuse('an unknown reference');
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    refuse('a reference to no character');
  return String.fromCodePoint(code);
}

function refuse(found: string): never {
  throw notWellFormed(found);
}

function notWellFormed(found: string): UnreadableValueError {
  return new UnreadableValueError(`not well-formed XML: ${found}`);
}
