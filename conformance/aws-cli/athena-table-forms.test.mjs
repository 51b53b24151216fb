// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI; the DDL and the lines of the Amazon Athena User Guide's "Grok SerDe" and "OpenX JSON SerDe"; what S3
// itself says of the objects ("$path", "$file_size", "$file_modified_time": Trino, "Hive connector").
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer();
const athena = (...args) => cairn.awsOk('athena', ...args);

async function run(sql) {
  const { QueryExecutionId: id } = await athena(
    ...['start-query-execution', '--query-string', sql],
    ...['--result-configuration', 'OutputLocation=s3://forms-results/'],
  );
  return eventually(async () => {
    const { QueryExecution } = await athena('get-query-execution', '--query-execution-id', id);
    assert.ok(!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State));
    return QueryExecution;
  });
}

async function rows(sql) {
  const execution = await run(sql);
  assert.equal(execution.Status.State, 'SUCCEEDED', `${sql}: ${execution.Status.StateChangeReason}`);
  const id = execution.QueryExecutionId;
  const { ResultSet } = await athena('get-query-results', '--query-execution-id', id);
  const texts = ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue = null }) => VarCharValue));
  return execution.StatementType === 'DML' ? texts.slice(1) : texts;
}

async function put(key, text) {
  const path = join(cairn.dir, key.replaceAll('/', '-'));
  writeFileSync(path, text);
  await cairn.awsOk('s3', 'cp', '--quiet', path, `s3://forms-data/${key}`);
}

const textFiles = `STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
  OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'`;

before(async () => {
  await cairn.start();
  await cairn.awsOk('s3', 'mb', 's3://forms-results');
  await cairn.awsOk('s3', 'mb', 's3://forms-data');
});
after(() => cairn.remove());

test('Grok: a mail log, with the DDL of the guide', async () => {
  await put(
    'grok/mail.log',
    `Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]
Feb  9 07:15:00 m4eastmail postfix/smtpd[20444]: B58C4330038: client=unknown[192.168.55.4]
Feb  9 07:15:03 m4eastmail postfix/cleanup[22835]: BDC22A77854: message-id=<31221401257553.5004389LCBF@m4eastmail.example.com>
no line of a mail log
`,
  );
  await rows(`CREATE EXTERNAL TABLE \`mygroktable\`(syslogbase string, queue_id string, syslog_message string)
    ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES (
      'input.grokCustomPatterns' = 'POSTFIX_QUEUEID [0-9A-F]{7,12}',
      'input.format'='%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}')
    ${textFiles} LOCATION 's3://forms-data/grok/'`);
  assert.deepEqual(await rows('SELECT queue_id, syslog_message FROM mygroktable ORDER BY 1'), [
    ['B58C4330038', 'client=unknown[192.168.55.4]'],
    ['B88C4120838', 'connect from unknown[192.168.55.4]'],
    ['BDC22A77854', 'message-id=<31221401257553.5004389LCBF@m4eastmail.example.com>'],
    [null, null],
  ]);
});

test('Grok: S3 access logs, custom patterns with line ends between', async () => {
  await put(
    'access/log',
    '7cd4 EXAMPLE-BUCKET [06/Feb/2019:00:00:38 +0000] 192.0.2.3 7cd4 891C REST.GET.OBJECT a.jpg "GET /a.jpg HTTP/1.1" 200 -\n',
  );
  const ddl = String.raw`CREATE EXTERNAL TABLE s3_access (bucket string, time string, request_uri string, http_status int)
    ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES (
      'input.format'='%{NOTSPACE:bucket_owner} %{NOTSPACE:bucket} \\[%{INSIDE_BRACKETS:time}\\] %{NOTSPACE:remote_ip} %{NOTSPACE:requester} %{NOTSPACE:request_id} %{NOTSPACE:operation} %{NOTSPACE:key} \"?%{INSIDE_QS:request_uri}\"? %{NOTSPACE:http_status} %{NOTSPACE:error_code}',
      'input.grokCustomPatterns'='INSIDE_QS ([^\"]*)\nINSIDE_BRACKETS ([^\\]]*)')`;
  await rows(`${ddl} ${textFiles} LOCATION 's3://forms-data/access/'`);
  assert.deepEqual(await rows('SELECT * FROM s3_access'), [
    ['EXAMPLE-BUCKET', '06/Feb/2019:00:00:38 +0000', 'GET /a.jpg HTTP/1.1', '200'],
  ]);
});

test('OpenX JSON: dots in keys, keys that differ in case', async () => {
  await put('openx/a.json', '{"a.b":"1","Id":"3","id":"4"}\n');
  await rows(`CREATE EXTERNAL TABLE dotted (a_b string, id string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('dots.in.keys' = 'TRUE')
    LOCATION 's3://forms-data/openx/'`);
  assert.deepEqual(await rows('SELECT * FROM dotted'), [['1', '3']]);
  await rows(`CREATE EXTERNAL TABLE cased (one string, two string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES ('case.insensitive' = 'FALSE', 'mapping.one' = 'Id', 'mapping.two' = 'id')
    LOCATION 's3://forms-data/openx/'`);
  assert.deepEqual(await rows('SELECT * FROM cased'), [['3', '4']]);
});

test('hidden columns: what S3 says of the object', async () => {
  const { ContentLength, LastModified } = await cairn.awsOk(
    ...['s3api', 'head-object', '--bucket', 'forms-data', '--key', 'openx/a.json'],
  );
  const [[path, size, modified]] = await rows(
    'SELECT "$path", "$file_size", "$file_modified_time" FROM dotted WHERE "$file_modified_time" > TIMESTAMP \'2020-01-01 00:00:00 UTC\'',
  );
  assert.deepEqual([path, size], ['s3://forms-data/openx/a.json', String(ContentLength)]);
  // A header's time has seconds.
  assert.equal(
    Date.parse(`${modified.replace(' UTC', 'Z').replace(' ', 'T').slice(0, 19)}Z`),
    Date.parse(LastModified),
  );
  assert.deepEqual(
    await rows(
      'SELECT count(*) FROM dotted WHERE "$file_modified_time" < TIMESTAMP \'2020-01-01 00:00:00 UTC\'',
    ),
    [['0']],
  );
});

test('ORC and Avro: an error that says so', async () => {
  for (const format of ['ORC', 'AVRO']) {
    const { Status } = await run(
      `CREATE EXTERNAL TABLE no_${format} (a string) STORED AS ${format} LOCATION 's3://forms-data/openx/'`,
    );
    assert.equal(Status.State, 'FAILED');
    assert.match(Status.StateChangeReason, new RegExp(`tables STORED AS ${format} are not read by Cairn`));
  }
});
