// SPDX-License-Identifier: Apache-2.0
import {
  ALLOWED_FUNCTIONS,
  DIALECT_MACROS,
  explainFailure,
  type ParsedStatement,
  readStatement,
  translate,
} from '../../dialect/dialect.js';
import { statementConditions } from '../../dialect/partition-conditions.js';
import { parseTrinoType, toDuckdbType } from '../../dialect/trino-type.js';
import { viewOfSource } from '../../views/view-of-source.js';
import type { StatementLanguage } from './statement-language.js';

/** Athena's and CloudTrail Lake's language, over the tables of segments. */
export const athenaLanguage: StatementLanguage<ParsedStatement> = {
  read: readStatement,
  translate,
  conditionsOf: statementConditions,
  macros: DIALECT_MACROS,
  engineType: (type) => toDuckdbType(parseTrinoType(type)),
  viewOf: viewOfSource,
  functions: ALLOWED_FUNCTIONS,
  explain: explainFailure,
};
