// SPDX-License-Identifier: Apache-2.0
import type { TableName } from '../table-source.js';

/** A name as written; whether it was quoted. Names are compared without regard to case, quoted or not, as Athena does. */
export interface Identifier {
  readonly name: string;
  readonly quoted: boolean;
}

/** Where in the statement something stands: the offset of its first character. */
interface At {
  readonly at: number;
}

export type Literal = At &
  (
    | { readonly kind: 'string' | 'number'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
    /** Hexadecimal digits. */
    | { readonly kind: 'binary'; readonly hex: string }
    /** `TIMESTAMP '2020-01-01 00:00:00'`: any type's name before a text. */
    | { readonly kind: 'typed'; readonly type: string; readonly text: string }
    | {
        readonly kind: 'interval';
        readonly text: string;
        readonly negative: boolean;
        readonly unit: string;
        readonly toUnit?: string;
      }
  );

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'distinct'
  | 'notDistinct';

/** What a JSON function answers where its path leads nowhere, or nowhere that it could answer. */
export type JsonFallback =
  | 'null'
  | 'error'
  | 'true'
  | 'false'
  | 'unknown'
  | 'emptyArray'
  | 'emptyObject'
  | { readonly value: Expression };

/** What stands behind the arguments of json_exists, json_query, json_value, json_array and json_object. */
export interface JsonClauses {
  readonly returning?: string;
  readonly wrapper?: 'conditional' | 'unconditional';
  readonly omitsQuotes?: boolean;
  readonly onEmpty?: JsonFallback;
  readonly onError?: JsonFallback;
  readonly nulls?: 'null' | 'absent';
}

export interface CallExpression extends At {
  readonly kind: 'call';
  /** In lower case. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly star?: boolean;
  readonly distinct?: boolean;
  readonly orderBy?: readonly SortItem[];
  readonly filter?: Expression;
  readonly over?: WindowSpec;
  readonly nulls?: 'ignore' | 'respect';
  readonly json?: JsonClauses;
}

export type Expression =
  | Literal
  | (At & { readonly kind: 'parameter'; readonly index: number })
  /** `a`, `a.b`, `a.b.c`: a column, a field of one, or a table's column. */
  | (At & { readonly kind: 'name'; readonly parts: readonly Identifier[] })
  | (At & { readonly kind: 'field'; readonly of: Expression; readonly name: Identifier })
  | (At & { readonly kind: 'subscript'; readonly of: Expression; readonly index: Expression })
  | CallExpression
  | (At & { readonly kind: 'lambda'; readonly parameters: readonly Identifier[]; readonly body: Expression })
  | (At & {
      readonly kind: 'operation';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  /** Kept as a list, so that a thousand terms are not a thousand levels. */
  | (At & { readonly kind: 'and' | 'or' | 'concat'; readonly terms: readonly Expression[] })
  | (At & { readonly kind: 'not' | 'negate'; readonly of: Expression })
  | (At & { readonly kind: 'isNull'; readonly of: Expression; readonly not: boolean })
  | (At & {
      readonly kind: 'between';
      readonly of: Expression;
      readonly from: Expression;
      readonly to: Expression;
      readonly not: boolean;
    })
  | (At & {
      readonly kind: 'in';
      readonly of: Expression;
      readonly list: readonly Expression[];
      readonly not: boolean;
    })
  | (At & { readonly kind: 'inQuery'; readonly of: Expression; readonly query: Query; readonly not: boolean })
  | (At & {
      readonly kind: 'like';
      readonly of: Expression;
      readonly pattern: Expression;
      readonly escapedBy?: Expression;
      readonly not: boolean;
    })
  | (At & { readonly kind: 'exists'; readonly query: Query })
  | (At & {
      readonly kind: 'quantified';
      readonly operator: BinaryOperator;
      readonly of: Expression;
      readonly all: boolean;
      readonly query: Query;
    })
  | (At & { readonly kind: 'subquery'; readonly query: Query })
  | (At & {
      readonly kind: 'case';
      readonly of?: Expression;
      readonly whens: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise?: Expression;
    })
  | (At & { readonly kind: 'cast'; readonly of: Expression; readonly type: string; readonly safe: boolean })
  | (At & { readonly kind: 'row' | 'array'; readonly items: readonly Expression[] })
  | (At & { readonly kind: 'atTimeZone'; readonly of: Expression; readonly zone: Expression })
  | (At & { readonly kind: 'extract'; readonly part: string; readonly of: Expression });

export interface SortItem {
  readonly by: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface FrameBound {
  readonly kind: 'unboundedPreceding' | 'unboundedFollowing' | 'currentRow' | 'preceding' | 'following';
  readonly value?: Expression;
}

export interface WindowSpec extends At {
  /** Of a WINDOW clause. */
  readonly base?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: {
    readonly unit: 'rows' | 'range' | 'groups';
    readonly from: FrameBound;
    readonly to?: FrameBound;
  };
}

export type SelectItem =
  | (At & { readonly kind: 'expression'; readonly of: Expression; readonly alias?: Identifier })
  /** `*`, `t.*`, `t.column.*` */
  | (At & { readonly kind: 'star'; readonly of?: Expression; readonly aliases: readonly Identifier[] });

export type GroupingElement =
  | { readonly kind: 'simple'; readonly of: Expression }
  | { readonly kind: 'rollup' | 'cube' | 'sets'; readonly sets: readonly (readonly Expression[])[] };

export interface TableAlias {
  readonly alias: Identifier;
  readonly columns: readonly Identifier[];
}

export type Relation =
  | (At & {
      readonly kind: 'table';
      readonly table: TableName;
      readonly as?: TableAlias;
      readonly sample?: Sample;
    })
  /** A name of WITH. */
  | (At & {
      readonly kind: 'withName';
      readonly name: string;
      readonly as?: TableAlias;
      readonly sample?: Sample;
    })
  | (At & {
      readonly kind: 'query';
      readonly query: Query;
      readonly lateral: boolean;
      readonly as?: TableAlias;
      readonly sample?: Sample;
    })
  | (At & {
      readonly kind: 'unnest';
      readonly args: readonly Expression[];
      readonly ordinality: boolean;
      readonly as?: TableAlias;
    })
  | (At & {
      readonly kind: 'join';
      readonly type: 'cross' | 'inner' | 'left' | 'right' | 'full';
      readonly left: Relation;
      readonly right: Relation;
      readonly on?: Expression;
      readonly using?: readonly Identifier[];
    });

export interface Sample {
  readonly method: 'bernoulli' | 'system';
  readonly percent: string;
}

export interface SelectBody extends At {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly where?: Expression;
  readonly groupBy: readonly GroupingElement[];
  readonly having?: Expression;
  readonly windows: readonly { readonly name: Identifier; readonly spec: WindowSpec }[];
}

export type QueryBody =
  | SelectBody
  | (At & { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] })
  | (At & {
      readonly kind: 'set';
      readonly operator: 'union' | 'intersect' | 'except';
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    })
  | (At & { readonly kind: 'nested'; readonly query: Query });

export interface WithItem {
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
  /** Of WITH RECURSIVE: it names itself. */
  readonly recursive: boolean;
}

export interface Query extends At {
  readonly with: readonly WithItem[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly limit?: Expression;
  readonly offset?: Expression;
  /** FETCH FIRST … WITH TIES */
  readonly withTies?: boolean;
}
