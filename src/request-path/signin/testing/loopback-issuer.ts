// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

interface Code {
  readonly query: URLSearchParams;
  readonly claims: Record<string, unknown>;
}

/** A small OIDC issuer on loopback: codes, PKCE (RFC 7636) and signed ID tokens. It signs in whoever it is told to. */
export class LoopbackIssuer {
  readonly issuer = 'idp.example.com/realm';
  readonly clientId = 'cairn-console';
  readonly forms: URLSearchParams[] = [];
  url = '';
  nowMs = 0;
  readonly #codes = new Map<string, Code>();
  readonly #keys = generateKeyPair('ES256', { extractable: true });

  static async start(context: TestContext, nowMs: number): Promise<LoopbackIssuer> {
    const issuer = new LoopbackIssuer();
    issuer.nowMs = nowMs;
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        void issuer
          .#answer(request.url ?? '', Buffer.concat(parts).toString())
          .then(({ status, document }) => {
            response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
          });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => server.close());
    issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return issuer;
  }

  /** What the issuer's page does once somebody signed in there: the query with which the browser is sent back. */
  authorize(location: string, claims: Record<string, unknown> = {}): URLSearchParams {
    const query = new URL(location).searchParams;
    const code = `code-${this.#codes.size}`;
    this.#codes.set(code, { query, claims });
    return new URLSearchParams({ code, state: query.get('state') ?? '' });
  }

  async #answer(path: string, body: string): Promise<{ status: number; document: unknown }> {
    const { publicKey } = await this.#keys;
    if (path === '/jwks')
      return {
        status: 200,
        document: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] },
      };
    const form = new URLSearchParams(body);
    this.forms.push(form);
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood =
      code !== undefined &&
      code.query.get('code_challenge') === challenge &&
      code.query.get('redirect_uri') === form.get('redirect_uri');
    if (!isGood) return { status: 400, document: { error: 'invalid_grant' } };
    return { status: 200, document: { id_token: await this.#token(code) } };
  }

  async #token({ query, claims }: Code): Promise<string> {
    const { privateKey } = await this.#keys;
    const iat = Math.floor(this.nowMs / 1_000);
    const usual = {
      iss: `https://${this.issuer}`,
      aud: query.get('client_id') ?? '',
      sub: 'johndoe',
      nonce: query.get('nonce') ?? '',
      iat,
      exp: iat + 300,
    };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
  }
}
