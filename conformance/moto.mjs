// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { clientEnvironment, eventually, freePort, run } from './harness.mjs';

export const motoSecret = 'foreign-secret-key-0123456789';

/** A moto_server of one test file: somebody else's AWS. */
export class Moto {
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.port = await freePort();
    this.child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(this.port)], {
      stdio: 'ignore',
      env: clientEnvironment({}),
    });
    await eventually(async () => assert.equal((await fetch(`${this.url}/moto-api/data.json`)).status, 200), {
      everyMs: 200,
    });
  }

  async stop() {
    if (this.child === undefined) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  /** The AWS CLI against it: `{code, stdout, stderr}`. */
  aws(...args) {
    const env = clientEnvironment({
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'foreign',
      AWS_SECRET_ACCESS_KEY: motoSecret,
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    return run('aws', args, { env });
  }

  /** What the CLI prints; fails where it fails. */
  async awsOk(...args) {
    const { code, stdout, stderr } = await this.aws(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }
}
