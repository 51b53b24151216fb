// SPDX-License-Identifier: Apache-2.0

export interface HostileFamily {
  readonly name: string;
  readonly statements: readonly string[];
  /** They may also be answered: what they ask for is only much. Never with a word of the canary. */
  readonly mayAnswer?: true;
}

/** Statements of strangers that mean no good, by what they try. `canary` is a folder of files that nobody gave to any query. */
export function hostileFamilies(canary: string): readonly HostileFamily[] {
  return [
    { name: 'reading files by functions', statements: fileFunctions(canary) },
    { name: 'reading files by their names', statements: fileNames(canary) },
    { name: 'other statements', statements: otherStatements(canary) },
    { name: 'stacked statements', statements: stacked(canary) },
    { name: 'the inside of the engine', statements: inside(canary) },
    { name: 'depth and length', statements: deep(), mayAnswer: true },
    { name: 'odd text', statements: oddText(), mayAnswer: true },
  ];
}

const readers = [
  ...['read_csv', 'read_csv_auto', 'sniff_csv', 'read_json', 'read_json_auto', 'read_json_objects'],
  ...['read_ndjson', 'read_ndjson_auto', 'read_ndjson_objects', 'read_parquet', 'parquet_scan', 'read_text'],
  ...[
    'read_blob',
    'glob',
    'parquet_metadata',
    'parquet_schema',
    'parquet_kv_metadata',
    'parquet_file_metadata',
  ],
  ...['sqlite_scan', 'postgres_scan', 'iceberg_scan', 'delta_scan', 'read_xlsx', 'arrow_scan'],
];

function fileFunctions(canary: string): string[] {
  const paths = [
    `${canary}/canary.csv`,
    `${canary}/*`,
    `file://${canary}/canary.json`,
    '/etc/passwd',
    '/proc/self/environ',
    'http://127.0.0.1:9/x.csv',
    's3://bucket/key',
  ];
  const places = [
    (call: string) => `SELECT * FROM ${call}`,
    (call: string) => `SELECT 1 WHERE EXISTS (SELECT 1 FROM ${call})`,
    (call: string) => `WITH x AS (SELECT * FROM ${call}) SELECT * FROM x`,
    (call: string) => `SELECT 1 UNION ALL SELECT 2 FROM ${call}`,
  ];
  return readers.flatMap((reader, index) =>
    paths.flatMap((path, pathIndex) =>
      // Every reader with every path; the places take turns.
      [0, 1].map((turn) => places[(index + pathIndex + turn * 2) % places.length]!(`${reader}('${path}')`)),
    ),
  );
}

function fileNames(canary: string): string[] {
  const names = ['canary.csv', 'canary.json', 'canary.parquet', '*.parquet', '../canary.csv'];
  return names.flatMap((name) => [
    `SELECT * FROM '${canary}/${name}'`,
    `SELECT * FROM "${canary}/${name}"`,
    `SELECT * FROM \`${canary}/${name}\``,
    `SELECT (SELECT count(*) FROM "${canary}/${name}")`,
    `WITH a AS (SELECT 1) SELECT * FROM a, "${canary}/${name}" AS b`,
    `FROM "${canary}/${name}" SELECT *`,
    `TABLE "${canary}/${name}"`,
    `SELECT * FROM "memory"."main"."${canary}/${name}"`,
  ]);
}

function otherStatements(canary: string): string[] {
  const out = `${canary}/out`;
  return [
    ...['a', ':memory:'].map((name) => `ATTACH '${canary}/${name}.db' AS x`),
    ...['CSV', 'JSON', 'PARQUET'].map((format) => `COPY (SELECT 1) TO '${out}' (FORMAT ${format})`),
    ...['csv', 'json', 'parquet'].map((ending) => `COPY t1 FROM '${canary}/canary.${ending}'`),
    `EXPORT DATABASE '${out}'`,
    `IMPORT DATABASE '${canary}'`,
    ...['httpfs', 'sqlite', 'postgres', 'aws', 'excel'].flatMap((name) => [
      `INSTALL ${name}`,
      `LOAD ${name}`,
    ]),
    `LOAD '${canary}/evil.duckdb_extension'`,
    ...[
      ...[
        'enable_external_access = true',
        "memory_limit = '100GB'",
        'threads = 64',
        'lock_configuration = false',
      ],
      ...[
        `temp_directory = '${out}'`,
        "allowed_paths = ['/']",
        "allowed_directories = ['/']",
        "TimeZone = 'Asia/Tokyo'",
      ],
      ...[`log_query_path = '${out}'`, `profiling_output = '${out}'`, `secret_directory = '${out}'`, 'x = 1'],
    ].flatMap((setting) => [`SET ${setting}`, `SET GLOBAL ${setting}`, `PRAGMA ${setting}`]),
    ...[
      'enable_profiling',
      'database_list',
      'show_tables',
      'version',
      'disable_checkpoint_on_shutdown',
      'platform',
    ].map((name) => `PRAGMA ${name}`),
    ...[
      'enable_logging()',
      `enable_logging(storage='file', storage_path='${out}')`,
      'force_checkpoint()',
    ].map((call) => `CALL ${call}`),
    ...[
      'TABLE x (a INT)',
      'VIEW x AS SELECT 1',
      'MACRO f(a) AS a',
      'SCHEMA s',
      'SEQUENCE q',
      "TYPE e AS ENUM ('a')",
    ].map((what) => `CREATE ${what}`),
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')",
    'CREATE TABLE x AS SELECT 1',
    ...['TABLE', 'VIEW', 'SCHEMA'].map((kind) => `ALTER ${kind} t1 RENAME TO x`),
    ...[
      'INSERT INTO t1 VALUES (1)',
      'UPDATE t1 SET a = 1',
      'DELETE FROM t1',
      'TRUNCATE t1',
      'MERGE INTO t1 USING t2 ON 1=1',
    ],
    ...[
      'VACUUM',
      'CHECKPOINT',
      'ANALYZE',
      'BEGIN',
      'COMMIT',
      'ROLLBACK',
      'USE memory',
      'DETACH memory',
      'SHOW ALL TABLES',
    ],
    ...[
      'DESCRIBE SELECT 1',
      'SUMMARIZE SELECT 1',
      // The plan of a query is Athena's own answer; nothing else is explained, and what a query may not, its plan may not.
      'EXPLAIN ANALYZE VERBOSE SELECT 1',
      'EXPLAIN (ANALYZE) SELECT 1',
      `EXPLAIN ANALYZE COPY (SELECT 1) TO '${out}'`,
      'EXPLAIN PRAGMA version',
      `EXPLAIN ANALYZE SELECT * FROM read_text('${out}')`,
      'PREPARE p AS SELECT 1',
      'EXECUTE p',
    ],
    ...[
      "UNLOAD (SELECT 1) TO 's3://b/k'",
      'GRANT ALL ON t1 TO x',
      'DEALLOCATE p',
      'RESET threads',
      "VALUES (getenv('HOME'))",
    ],
    ...['', ' ', ';', '--', '/* */', '\u0000', 'SELECT', '1', '()', 'NULL'],
  ];
}

function stacked(canary: string): string[] {
  const seconds = [
    `COPY (SELECT 1) TO '${canary}/out'`,
    `ATTACH '${canary}/x.db'`,
    'SET lock_configuration = false',
    'DROP VIEW t1',
    `SELECT * FROM read_text('${canary}/canary.csv')`,
    'SELECT 2',
    'CREATE TABLE x (a INT)',
    'PRAGMA enable_profiling',
  ];
  const joints = ['; ', ';\n', ' ;/* */', ';--\n', '\n;\n', '\u00a0;', ';;', '/**/;', ' -- \n; ', '\t;\t'];
  return seconds.flatMap((second) => joints.map((joint) => `SELECT 1${joint}${second}`));
}

function inside(canary: string): string[] {
  const tables = [
    ...[
      'duckdb_settings()',
      'duckdb_functions()',
      'duckdb_tables()',
      'duckdb_secrets()',
      'duckdb_databases()',
    ],
    ...[
      'duckdb_extensions()',
      'duckdb_logs()',
      'duckdb_memory()',
      'duckdb_temporary_files()',
      'duckdb_variables()',
    ],
    ...[
      'duckdb_views()',
      'duckdb_columns()',
      'duckdb_external_file_cache()',
      'duckdb_keywords()',
      'duckdb_log_contexts()',
    ],
    ...['pragma_database_list()', "pragma_table_info('t1')", "pragma_storage_info('t1')", 'pragma_version()'],
    ...[
      'information_schema.tables',
      'information_schema.columns',
      'pg_catalog.pg_tables',
      'pg_catalog.pg_settings',
    ],
    ...[
      'sqlite_master',
      'sqlite_schema',
      'memory.main.t1',
      'main.t1',
      'temp.t1',
      'system.information_schema.tables',
    ],
    ...[
      'repeat_row(1, num_rows = 3)',
      'test_all_types()',
      'test_vector_types(1)',
      "query('SELECT 1')",
      "query_table('t1')",
    ],
    ...[
      "enable_logging(storage = 'file')",
      `enable_logging(storage = 'file', storage_path = '${canary}/out')`,
    ],
    ...[
      "json_execute_serialized_sql('{}')",
      "sql_auto_complete('SEL')",
      "seq_scan('t1')",
      "force_checkpoint('x')",
      'checkpoint()',
    ],
    ...[
      'disable_logging()',
      'truncate_duckdb_logs()',
      "which_secret('x', 's3')",
      'load_aws_credentials()',
      'summary(1)',
    ],
  ];
  const functions = [
    ...[
      "getenv('HOME')",
      "current_setting('memory_limit')",
      "set_config('a', 'b', true)",
      "getvariable('x')",
      'txid_current()',
    ],
    ...[
      "nextval('s')",
      "currval('s')",
      "write_log('x')",
      'current_database()',
      'current_schemas(true)',
      'version()',
      'pg_typeof(1)',
    ],
    ...[
      "in_search_path('a', 'b')",
      "json_serialize_sql('SELECT 1')",
      "json_deserialize_sql('{}')",
      "parse_path('/a')",
    ],
    ...[
      "parse_filename('/etc/x')",
      'sleep_ms(1000)',
      'pg_sleep(10)',
      "create_sort_key(1, 'ASC')",
      'current_query()',
      'gen_random_uuid() IS NULL AND nextval(1)',
    ],
    ...[
      '"main"."getenv"(\'HOME\')',
      "system.main.getenv('HOME')",
      'pg_catalog.pg_postmaster_start_time()',
      "get_block_size('x')",
    ],
    ...[
      "read_text('/etc/passwd')",
      "list_aggregate([1], 'getenv')",
      "list_aggr(['HOME'], 'string_agg')",
      'get_current_time()',
    ],
  ];
  return [
    ...tables.flatMap((table) => [
      `SELECT * FROM ${table}`,
      `SELECT count(*) FROM (SELECT * FROM ${table}) x`,
      `WITH x AS (SELECT * FROM ${table}) SELECT * FROM x`,
      `SELECT (SELECT count(*) FROM ${table})`,
    ]),
    ...functions.flatMap((call) => [
      `SELECT ${call}`,
      `SELECT 1 WHERE ${call} IS NOT NULL`,
      `SELECT 1 ORDER BY ${call}`,
      `SELECT 1 LIMIT CASE WHEN ${call} IS NULL THEN 1 ELSE 2 END`,
      `SELECT CASE WHEN true THEN ${call} END`,
    ]),
  ];
}

function deep(): string[] {
  const depths = [200, 5_000, 60_000];
  return depths.flatMap((depth) => [
    `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`,
    `SELECT ${'ARRAY['.repeat(depth)}1${']'.repeat(depth)}`,
    `SELECT ${'NOT '.repeat(depth)}true`,
    `SELECT ${'- '.repeat(depth)}1`,
    `SELECT 1${' + 1'.repeat(depth)}`,
    `SELECT ${'abs('.repeat(depth)}1${')'.repeat(depth)}`,
    `SELECT ${'CASE WHEN true THEN '.repeat(depth / 10)}1${' END'.repeat(depth / 10)}`,
    `${'SELECT * FROM ('.repeat(depth / 10)}SELECT 1${') x'.repeat(depth / 10)}`,
    `SELECT 1${' UNION ALL SELECT 1'.repeat(depth / 10)}`,
    `SELECT 1 WHERE 1 IN (${'1,'.repeat(depth)}1)`,
    `SELECT CAST(1 AS ${'array('.repeat(depth)}integer${')'.repeat(depth)})`,
    `SELECT '${'x'.repeat(depth * 10)}'`,
    `SELECT 1 AS ${'x'.repeat(depth)}`,
    `WITH ${Array.from({ length: Math.min(depth / 10, 40) }, (_, n) => (n === 0 ? 'c0 AS (SELECT 1 AS a)' : `c${n} AS (SELECT x.a FROM c${n - 1} x, c${n - 1} y)`)).join(', ')} SELECT count(*) FROM c${Math.min(depth / 10, 40) - 1}`,
  ]);
}

function oddText(): string[] {
  const pieces = [
    "'",
    '"',
    '`',
    '/*',
    '--',
    '$$',
    '$1',
    '?',
    '\\',
    '\u0000',
    '\ud800',
    '{{',
    '}}',
    '@x',
    '#',
    '::',
    '->',
    '..',
    ';',
  ];
  return pieces.flatMap((piece) => [
    `SELECT ${piece}`,
    `SELECT '${piece}'`,
    `SELECT "${piece}"`,
    `SELECT 1 ${piece} 1`,
    `${piece} SELECT 1`,
    `SELECT 1 FROM ${piece}`,
  ]);
}

/** Memory and time without end, in words that both languages of the tests know. */
export const bombs: readonly string[] = [
  "SELECT length(repeat('x', 2000000000))",
  "SELECT repeat(repeat('x', 1000000), 1000000)",
  'WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x',
  "WITH RECURSIVE x(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM x) SELECT count(*) FROM x",
  'WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT y.a FROM x y, x z) SELECT count(*) FROM x',
];
