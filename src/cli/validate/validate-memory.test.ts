// SPDX-License-Identifier: Apache-2.0
// Oracle: what an owner of the signing key did to a chain after it was seen whole. Everything here carries good signatures.
// What a legitimate stop looks like: CloudTrail User Guide, "CloudTrail digest file structure" (starting digest file, final
// digest file).
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type MadeBucket, MadeTrail, makeSigningPair } from './testing/made-trail.js';
import { codesOf, type SceneOptions, ValidationScene } from './testing/validation-scene.js';

const pair = makeSigningPair();
const startMs = Date.parse('2026-03-01T00:00:00Z');
const hourMs = 3_600_000;
const options: SceneOptions = { keys: [pair.listed] };

let scene: ValidationScene;
beforeEach(() => {
  scene = new ValidationScene();
});
afterEach(() => scene.remove());

function wholeTrail(digests: number): MadeTrail {
  const trail = new MadeTrail({ bucket: 'trail-logs', pair }, startMs);
  for (let index = 0; index < digests; index++) trail.interval(2);
  return trail;
}

/** As an export of the keys right after the copy would have it. */
function withSignatures(trail: MadeTrail, more: Partial<SceneOptions> = {}): SceneOptions {
  const exportedSignatures = new Map(
    trail.digests.map(({ key, signature }) => [`trail-logs/${key}`, signature]),
  );
  return { ...options, exportedSignatures, ...more };
}

async function validate(objects: MadeBucket, more: SceneOptions = options) {
  scene.writeCopy(objects);
  return scene.validateCopy(more);
}

function stop(eventName: string, timeMs: number, request: object = { name: 'audit' }): object {
  return {
    eventVersion: '1.11',
    eventID: 'e-stop',
    eventTime: new Date(timeMs).toISOString(),
    eventSource: 'cloudtrail.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    requestParameters: request,
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/mallory' },
  };
}

describe('a remembered chain', () => {
  test('goes on: its head moves', async () => {
    const trail = wholeTrail(3);
    const first = await validate(trail.objects, withSignatures(trail));
    assert.equal(first.chains[0]!.remembered, null);
    trail.interval(1);
    const second = await validate(trail.objects, withSignatures(trail));
    assert.equal(second.chains[0]!.remembered!.isStillThere, true);
    assert.equal(second.result, 'valid');
    const third = await validate(trail.objects, withSignatures(trail));
    assert.equal(third.chains[0]!.remembered!.object, trail.digests[3]!.key);
  });

  test('was cut behind an older digest: all that is gone is named', async () => {
    const trail = wholeTrail(6);
    await validate(trail.objects, withSignatures(trail));
    const cut = new Map(trail.objects);
    for (const { key } of trail.digests.slice(3)) cut.delete(key);
    const report = await validate(cut, options);
    assert.deepEqual(codesOf(report), { 'head-gone': 1, 'digest-missing': 3 });
    const again = await validate(cut, options);
    assert.equal(again.result, 'invalid', 'and is refused as long as nobody accepts it');
    assert.equal(
      (await validate(cut, { ...options, range: { fromMs: undefined, toMs: startMs + 3 * hourMs } })).result,
      'valid',
    );
  });

  test('was signed anew from some digest on', async () => {
    const trail = wholeTrail(5);
    await validate(trail.objects, withSignatures(trail));
    const forged = wholeTrail(3);
    forged.interval(1);
    forged.interval(2);
    const report = await validate(forged.objects, withSignatures(forged));
    assert.deepEqual(codesOf(report), { 'head-rewritten': 1 });
  });

  test('was signed anew and goes on', async () => {
    const trail = wholeTrail(4);
    await validate(trail.objects, withSignatures(trail));
    const forged = wholeTrail(3);
    forged.interval(1);
    forged.interval(2);
    forged.interval(2);
    assert.deepEqual(codesOf(await validate(forged.objects, withSignatures(forged))), {
      'head-rewritten': 1,
    });
    const ranged = withSignatures(forged, { range: { fromMs: startMs + 5.5 * hourMs, toMs: undefined } });
    assert.deepEqual(
      codesOf(await validate(forged.objects, ranged)),
      { 'head-rewritten': 1 },
      'whatever --start',
    );
    const accepted = await validate(forged.objects, withSignatures(forged, { accepts: true }));
    assert.equal(accepted.result, 'invalid', 'accepting is not calling it valid');
    assert.equal((await validate(forged.objects, withSignatures(forged))).result, 'valid');
  });

  test('was left out by newer digests that name an older one', async () => {
    const trail = wholeTrail(4);
    await validate(trail.objects, withSignatures(trail));
    const fourth = trail.digests[3]!;
    trail.digests.splice(3);
    trail.interval(1);
    const report = await validate(trail.objects, withSignatures(trail));
    assert.ok(codesOf(report)['digest-bypassed'] === 1, JSON.stringify(report.findings));
    assert.equal(
      report.findings.find(({ code }) => code === 'digest-bypassed')!.place,
      `${scene.copy}/${fourth.key}`,
    );
  });

  test('vanished', async () => {
    const trail = wholeTrail(3);
    const other = new MadeTrail({ bucket: 'trail-logs', pair, trailName: 'other' }, startMs, trail.objects);
    other.interval(1);
    other.interval(1);
    await validate(trail.objects, withSignatures(trail));
    const gone = new Map(Array.from(trail.objects).filter(([key]) => !key.includes('_other_')));
    assert.deepEqual(codesOf(await validate(gone, withSignatures(trail))), { 'chain-gone': 1 });
    assert.deepEqual(
      codesOf(await validate(new Map([['x', trail.objects.values().next().value!]]), options)),
      {
        'chain-gone': 2,
      },
    );
  });

  test('an altered state file refuses or forgets, and never makes an altered chain valid', async () => {
    const trail = wholeTrail(3);
    await validate(trail.objects, withSignatures(trail));
    const altered = new Map(trail.objects);
    altered.set(trail.logKeys[0]!, altered.get(trail.logKeys[1]!)!);
    const state = JSON.parse(readFileSync(scene.heads, 'utf8')) as {
      chains: Record<string, { sha256: string }>;
    };
    for (const head of Object.values(state.chains)) head.sha256 = trail.digests[2]!.sha256;
    writeFileSync(scene.heads, JSON.stringify(state));
    assert.deepEqual(codesOf(await validate(altered, withSignatures(trail))), { 'log-altered': 1 });
    writeFileSync(scene.heads, '{"cairnRememberedHeads":1,"chains":{"x":7}}');
    await assert.rejects(validate(altered, options), /no state file/);
    writeFileSync(scene.heads, 'PK');
    await assert.rejects(validate(altered, options), /cannot read the state file/);
  });
});

describe('a chain that begins anew', () => {
  function restarted(before: number, records: readonly object[], gapMs = 5 * hourMs): MadeTrail {
    const trail = wholeTrail(before - 1);
    trail.interval(1, { records });
    trail.skip(gapMs);
    trail.interval(2, { isStart: true });
    trail.interval(2);
    return trail;
  }

  test('after a recorded StopLogging: a warning that names the call', async () => {
    await validate(wholeTrail(3).objects);
    const trail = restarted(4, [stop('StopLogging', startMs + 3.5 * hourMs)]);
    const report = await validate(trail.objects, withSignatures(trail));
    assert.equal(report.result, 'valid');
    assert.deepEqual(codesOf(report, 'warning'), { 'chain-restarted': 1 });
    assert.match(
      report.findings[0]!.message,
      /StopLogging at 2026-03-01T03:30:00\.000Z by arn:aws:iam::111122223333:user\/mallory/,
    );
  });

  test('at once, so that the starting digest lists the file with the call', async () => {
    await validate(wholeTrail(3).objects);
    const trail = wholeTrail(4);
    trail.interval(1, { isStart: true, records: [stop('DeleteTrail', startMs + 4 * hourMs - 100)] });
    const report = await validate(trail.objects, withSignatures(trail));
    assert.equal(report.result, 'valid', JSON.stringify(report.findings));
    assert.match(
      report.findings[0]!.message,
      /begins here, where the one before it ended \(2026-03-01T04:00:00Z\): DeleteTrail at 2026-03-01T03:59:59/,
    );
  });

  test('is explained by the last of several calls, in whatever order their files are read', async () => {
    const trail = wholeTrail(2);
    const request = { name: 'audit', s3KeyPrefix: 'elsewhere' };
    trail.interval(1, { records: [stop('UpdateTrail', startMs + 2.5 * hourMs, request)] });
    trail.interval(1, { records: [stop('StopLogging', startMs + 3.5 * hourMs)] });
    trail.skip(5 * hourMs);
    trail.interval(2, { isStart: true });
    const report = await validate(trail.objects, withSignatures(trail));
    assert.match(report.findings[0]!.message, /StopLogging at/);
  });

  for (const [what, records] of Object.entries({
    nothing: [],
    'a StopLogging of another trail': [stop('StopLogging', startMs + 3.5 * hourMs, { name: 'other' })],
    'a StopLogging that was refused': [
      { ...stop('StopLogging', startMs + 3.5 * hourMs), errorCode: 'AccessDenied' },
    ],
    'an UpdateTrail of something else': [
      stop('UpdateTrail', startMs + 3.5 * hourMs, { name: 'audit', snsTopicName: 't' }),
    ],
    'a StopLogging long before': [stop('StopLogging', startMs)],
  })) {
    test(`explained by ${what}: refused when the chain was remembered, a warning when not`, async () => {
      const trail = restarted(4, records);
      const unknown = await validate(trail.objects, withSignatures(trail));
      assert.equal(unknown.result, 'valid');
      assert.deepEqual(codesOf(unknown, 'warning'), { 'chain-restarted': 1 });
      scene.remove();
      scene = new ValidationScene();
      await validate(wholeTrail(3).objects);
      const report = await validate(trail.objects, withSignatures(trail));
      assert.deepEqual(codesOf(report), { 'chain-restart-unexplained': 1 });
      await validate(trail.objects, withSignatures(trail, { accepts: true }));
      assert.equal(
        (await validate(trail.objects, withSignatures(trail))).result,
        'valid',
        'accepted by its owner',
      );
    });
  }

  test('by UpdateTrail that turned validation off, named by ARN', async () => {
    await validate(wholeTrail(3).objects);
    const name = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit';
    const request = { name, enableLogFileValidation: false };
    const trail = restarted(4, [stop('UpdateTrail', startMs + 3.5 * hourMs, request)]);
    assert.equal((await validate(trail.objects, withSignatures(trail))).result, 'valid');
  });

  test('in another Region: the call is in the log files of the home Region', async () => {
    const home = restarted(4, [stop('StopLogging', startMs + 3.5 * hourMs)]);
    const plan = { bucket: 'trail-logs', pair, region: 'eu-west-1', homeRegion: 'us-east-1' };
    const build = (isWhole: boolean): MadeTrail => {
      const abroad = new MadeTrail(plan, startMs, new Map(home.objects));
      for (let index = 0; index < 4; index++) abroad.interval(1);
      if (isWhole) return abroad;
      abroad.skip(5 * hourMs);
      abroad.interval(1, { isStart: true });
      return abroad;
    };
    const signed = (trail: MadeTrail): SceneOptions => ({
      ...options,
      exportedSignatures: new Map(
        [...home.digests, ...trail.digests].map(({ key, signature }) => [`trail-logs/${key}`, signature]),
      ),
    });
    const whole = build(true);
    assert.equal((await validate(whole.objects, signed(whole))).result, 'valid');
    const again = build(false);
    const report = await validate(again.objects, signed(again));
    assert.equal(report.result, 'valid', JSON.stringify(report.findings));
    assert.equal(codesOf(report, 'warning')['chain-restarted'], 2);
  });
});

describe('several trails, accounts and Regions below one prefix', () => {
  test('are chains of their own, and --trail-arn picks', async () => {
    const objects: MadeBucket = new Map();
    const signatures = new Map<string, string>();
    const plans = [
      { accountId: '111122223333', region: 'us-east-1', trailName: 'a_b' },
      { accountId: '111122223333', region: 'eu-west-1', homeRegion: 'us-east-1', trailName: 'a_b' },
      { accountId: '444455556666', region: 'us-east-1', trailName: 'a_b', organizationId: 'o-exampleorgid' },
      { accountId: '111122223333', region: 'us-east-1', trailName: 'b' },
    ];
    for (const plan of plans) {
      const trail = new MadeTrail({ bucket: 'trail-logs', prefix: 'x/y', pair, ...plan }, startMs, objects);
      trail.interval(1);
      trail.interval(1);
      for (const { key, signature } of trail.digests) signatures.set(`trail-logs/${key}`, signature);
    }
    const report = await validate(objects, { ...options, exportedSignatures: signatures });
    assert.deepEqual(report.findings, []);
    assert.equal(report.chains.length, 4);
    assert.equal(report.chains.filter(({ organizationId }) => organizationId === 'o-exampleorgid').length, 1);
    const trail = { homeRegion: 'us-east-1', accountId: '111122223333', name: 'a_b' };
    const picked = await validate(objects, { ...options, exportedSignatures: signatures, trail });
    assert.equal(picked.chains.length, 3, 'an organization trail has the accounts of its members');
    await assert.rejects(
      validate(objects, { ...options, trail: { ...trail, name: 'none' } }),
      /no digests of the trail none/,
    );
  });

  test('backfill digests are proven and cover their files', async () => {
    const trail = wholeTrail(3);
    const late = trail.logFile(startMs + 70 * 60_000);
    const backfill = trail.digest(startMs + hourMs, startMs + 2 * hourMs, [late], { isBackfill: true });
    const signed = withSignatures(trail);
    const exportedSignatures = new Map([
      ...signed.exportedSignatures!,
      [`trail-logs/${backfill.key}`, backfill.signature],
    ]);
    const report = await validate(trail.objects, { ...signed, exportedSignatures });
    assert.deepEqual(report.findings, []);
    assert.equal(report.totals.backfillDigests.valid, 1);
    assert.equal(report.totals.logFiles.valid, 7);
    const altered = new Map(trail.objects);
    altered.set(late.s3Object, altered.get(trail.logKeys[0]!)!);
    assert.deepEqual(codesOf(await validate(altered, { ...signed, exportedSignatures })), {
      'log-altered': 1,
    });
  });
});
